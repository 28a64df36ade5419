//! What a run needs of the operating system: memory, random bytes, files to open, threads. Knows nothing of the program.
//!
//! Libraries take these for granted, and panic where there is none left. So what a run needs at
//! its start is requested here first, and what may run out later is requested in a way that can be reported.

mod memory;

use std::any::Any;
use std::collections::hash_map::RandomState;
use std::fmt;
use std::hint::black_box;
use std::io::{self, ErrorKind};
use std::panic::{self, AssertUnwindSafe};
use std::thread;

use uuid::Uuid;

pub use memory::keep_memory_private;

/// The maximum address space of a run, in bytes: 33 MiB for memory, stacks and libraries, and what glibc reserves for each
/// of three threads (64 MiB, malloc(3) on arenas). Without room for the latter, a thread could take the rest, and the next
/// allocation would abort the run. It is requested in one piece of more than 32 MiB, because freeing a smaller one raises
/// the threshold from which glibc returns memory (mallopt(3), `M_MMAP_THRESHOLD`).
const ADDRESS_SPACE: usize = (33 + 3 * 64) * 1024 * 1024;
/// Descriptors of the runtime and the signal handlers: with fewer, not even a report can be made. If a connection finds
/// none left, that is reported.
pub const FILES: usize = 6;

/// The stack of a thread, in bytes: threads only read, write and look up names.
const STACK: usize = 512 * 1024;

/// A resource of which the machine has too little.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// Memory.
    Memory,
    /// Descriptors: of files, sockets and the like.
    Files,
    /// Threads.
    Threads,
    /// Random bytes.
    Randomness,
    /// One of them; the system does not report which one.
    Unknown,
}

impl Resource {
    /// What to do about it.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Memory => {
                "Raise the limit of memory (`ulimit -v`, or that of the container) to 64 MiB or more."
            }
            Self::Files => {
                "Raise the limit of open files (`ulimit -n`) to 64 or more, or stop what keeps files open."
            }
            Self::Threads => {
                "Raise the limit of processes and threads (`ulimit -u`, or pids.max of the container) by 2 or more."
            }
            Self::Randomness => {
                "Allow the system call getrandom in the container's seccomp profile, or mount /dev with urandom in it."
            }
            Self::Unknown => "Look at the limits of the process (`ulimit -a`) and of the container.",
        }
    }
}

/// The machine is out of something.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{task}: {reason}")]
pub struct Exhausted {
    /// What it is out of.
    pub resource: Resource,
    /// What could not be done.
    pub task: &'static str,
    /// The error text of the system.
    pub reason: String,
}

impl Exhausted {
    fn new(resource: Resource, task: &'static str, reason: impl fmt::Display) -> Self {
        Self { resource, task, reason: reason.to_string() }
    }
}

/// Verifies that everything is available that each command needs.
///
/// # Errors
/// With the first resource that is not.
pub fn ready() -> Result<(), Exhausted> {
    memory()?;
    randomness()
}

/// Reserves as much address space as a run may take, and releases it.
fn memory() -> Result<(), Exhausted> {
    let mut room: Vec<u8> = Vec::new();
    room.try_reserve_exact(black_box(ADDRESS_SPACE))
        .map_err(|error| Exhausted::new(Resource::Memory, "225 MiB of address space cannot be had", error))?;
    black_box(room.as_ptr());
    Ok(())
}

/// The standard library and the crate `uuid` request random bytes in different ways, and both panic on a failure.
fn randomness() -> Result<(), Exhausted> {
    let lacking = |_| {
        let reason = "neither the system call getrandom nor /dev/urandom answers";
        Exhausted::new(Resource::Randomness, "no random bytes can be had", reason)
    };
    fenced(RandomState::new).map_err(lacking)?;
    fenced(Uuid::new_v4).map(drop).map_err(lacking)
}

/// Whether this many more files can be opened, two at a time.
///
/// # Errors
/// When they cannot.
#[cfg(unix)]
pub fn files(count: usize) -> Result<(), Exhausted> {
    let pairs = (0..count.div_ceil(2)).map(|_| std::os::unix::net::UnixStream::pair());
    let opened: io::Result<Vec<_>> = pairs.collect();
    opened.map(drop).map_err(|error| Exhausted::new(Resource::Files, "no more files can be opened", error))
}

/// Whether this many more files can be opened: other systems have no limit that a run could meet.
#[cfg(not(unix))]
pub fn files(_count: usize) -> Result<(), Exhausted> {
    Ok(())
}

/// Starts a thread that is not waited for.
///
/// # Errors
/// When the system cannot start one.
pub fn start_thread(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), Exhausted> {
    let started = thread::Builder::new().name(name.to_owned()).stack_size(STACK).spawn(work);
    started.map(drop).map_err(|error| Exhausted::new(Resource::Threads, "no thread can be started", error))
}

/// Runs the initialisation of a library, which may panic if a resource is missing.
///
/// # Errors
/// When it panics or fails.
pub fn begin<T>(task: &'static str, work: impl FnOnce() -> io::Result<T>) -> Result<T, Exhausted> {
    match fenced(work) {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(Exhausted::new(lacks(&error).unwrap_or(Resource::Unknown), task, error)),
        Err(_) => Err(match files(FILES) {
            Err(files) => Exhausted { task, ..files },
            Ok(()) => Exhausted::new(Resource::Unknown, task, "a library gave up"),
        }),
    }
}

/// The resource that an error of the system says is exhausted.
pub fn lacks(error: &io::Error) -> Option<Resource> {
    const ENFILE: i32 = 23;
    const EMFILE: i32 = 24;
    if let Some(known) = error.get_ref().and_then(|inner| inner.downcast_ref::<Exhausted>()) {
        return Some(known.resource);
    }
    match error.raw_os_error() {
        Some(ENFILE | EMFILE) if cfg!(unix) => Some(Resource::Files),
        _ => (error.kind() == ErrorKind::OutOfMemory).then_some(Resource::Memory),
    }
}

fn fenced<T>(work: impl FnOnce() -> T) -> Result<T, Box<dyn Any + Send>> {
    panic::catch_unwind(AssertUnwindSafe(work))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_what_a_run_begins_with() {
        ready().expect("memory and random bytes");
        files(FILES).expect("files");
    }

    #[test]
    fn a_library_that_panics_is_reported_as_a_lack_and_not_as_a_bug() {
        let hook = panic::take_hook();
        panic::set_hook(Box::new(|_| {}));
        let lack = begin::<()>("nothing begins", || panic!("no more of it")).expect_err("a lack");
        panic::set_hook(hook);
        assert_eq!((lack.resource, lack.task), (Resource::Unknown, "nothing begins"));
    }

    #[cfg(unix)]
    #[test]
    fn a_refusal_of_the_system_is_recognised_by_what_it_refuses() {
        for (number, resource) in [
            (24, Some(Resource::Files)),
            (23, Some(Resource::Files)),
            (12, Some(Resource::Memory)),
            (2, None),
        ] {
            assert_eq!(lacks(&io::Error::from_raw_os_error(number)), resource, "{number}");
        }
    }
}
