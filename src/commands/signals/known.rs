//! The signals that end the program after clean-up: all whose default would end it, except SIGKILL, which cannot be caught,
//! those that the processor raises for a fault of the program, after which it must not continue (SIGSEGV, SIGBUS, SIGILL,
//! SIGFPE, SIGTRAP, SIGSYS), and SIGPIPE, which Rust turns into an error of the write.

use rustix::process::Signal as Number;

use crate::base::stop::Signal;

/// A signal to listen to.
#[derive(Clone, Copy)]
pub struct Known {
    /// Its number.
    pub number: i32,
    /// What it is called.
    pub signal: Signal,
    /// Whether it counts as a second signal. Timers and resource limits repeat theirs by themselves.
    pub insists: bool,
}

const SENT: [(Number, &str); 7] = [
    (Number::INT, "SIGINT"),
    (Number::TERM, "SIGTERM"),
    (Number::HUP, "SIGHUP"),
    (Number::QUIT, "SIGQUIT"),
    (Number::USR1, "SIGUSR1"),
    (Number::USR2, "SIGUSR2"),
    (Number::ABORT, "SIGABRT"),
];

const RAISED: [(Number, &str); 5] = [
    (Number::ALARM, "SIGALRM"),
    (Number::VTALARM, "SIGVTALRM"),
    (Number::PROF, "SIGPROF"),
    (Number::XCPU, "SIGXCPU"),
    (Number::XFSZ, "SIGXFSZ"),
];

/// On other systems SIGIO is ignored by default, and the others do not exist.
#[cfg(target_os = "linux")]
const OF_LINUX: [(Number, &str); 2] = [(Number::IO, "SIGIO"), (Number::POWER, "SIGPWR")];
#[cfg(not(target_os = "linux"))]
const OF_LINUX: [(Number, &str); 0] = [];

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
const OF_SOME: [(Number, &str); 1] = [(Number::STKFLT, "SIGSTKFLT")];
#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
const OF_SOME: [(Number, &str); 0] = [];

/// The real-time signals of Linux that the C library leaves to programs, numbered as in `kill -l`.
#[cfg(target_os = "linux")]
const REAL_TIME: std::ops::RangeInclusive<u8> = 34..=64;
#[cfg(not(target_os = "linux"))]
const REAL_TIME: std::ops::Range<u8> = 0..0;

/// All of them.
pub fn all() -> impl Iterator<Item = Known> {
    let named = |insists| {
        move |(number, name): (Number, &'static str)| Known {
            number: number.as_raw(),
            signal: Signal::known(u8::try_from(number.as_raw()).unwrap_or_default(), name),
            insists,
        }
    };
    let real_time = REAL_TIME.enumerate().map(|(offset, number)| Known {
        number: number.into(),
        signal: Signal::real_time(number, u8::try_from(offset).unwrap_or_default()),
        insists: true,
    });
    let sent = SENT.into_iter().chain(OF_LINUX).chain(OF_SOME).map(named(true));
    sent.chain(RAISED.into_iter().map(named(false))).chain(real_time)
}

/// The signals that would not end this process as it was started, one bit each: those that it ignores (`nohup`, `trap ''
/// TERM`), and those with a handler of other code in the process (SIGPROF of a profiler). Linux shows them in `/proc`; on
/// other systems only unsafe code could read them, and an ignored signal ends the run.
#[cfg(target_os = "linux")]
#[expect(clippy::disallowed_methods, reason = "a file of the kernel's own that never blocks")]
pub fn inherited() -> u64 {
    // Read once: later, the program's own handlers would be among them.
    static AT_FIRST: std::sync::OnceLock<u64> = std::sync::OnceLock::new();
    *AT_FIRST.get_or_init(|| {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let masks = status.lines().filter_map(|line| {
            let mask = line.strip_prefix("SigIgn:").or_else(|| line.strip_prefix("SigCgt:"))?;
            u64::from_str_radix(mask.trim(), 16).ok()
        });
        masks.fold(0, std::ops::BitOr::bitor)
    })
}

#[cfg(not(target_os = "linux"))]
pub fn inherited() -> u64 {
    0
}

impl Known {
    /// Whether it is in this mask.
    pub fn is_in(&self, mask: u64) -> bool {
        u32::try_from(self.number - 1)
            .ok()
            .and_then(|bit| mask.checked_shr(bit))
            .is_some_and(|bits| bits & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_signal_has_its_number_its_name_and_its_exit_status() {
        let told = |name: &str| {
            all().find(|known| known.signal.to_string() == name).map(|known| known.signal.exit_status())
        };
        assert_eq!(["SIGINT", "SIGTERM", "SIGHUP"].map(told), [Some(130), Some(143), Some(129)]);
        assert_eq!(told("SIGKILL"), None);
        #[cfg(target_os = "linux")]
        assert_eq!(["SIGRTMIN", "SIGRTMIN+3", "SIGRTMIN+30"].map(told), [Some(162), Some(165), Some(192)]);
        let mut numbers: Vec<_> = all().map(|known| known.number).collect();
        numbers.dedup();
        assert_eq!(numbers.len(), all().count());
    }

    #[test]
    fn a_mask_has_a_bit_for_each_signal() {
        let term = all().find(|known| known.number == 15).expect("SIGTERM");
        assert!(term.is_in(1 << 14) && !term.is_in(1 << 15) && !term.is_in(0));
    }
}
