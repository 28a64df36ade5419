//! Catches panics: a bug in a check must not prevent clean-up.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::pin::pin;
use std::task::Poll;

thread_local! {
    /// Where the last panic of this thread happened.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Records the place of a panic, but not its message, which could hold a secret.
pub fn remember(info: &PanicHookInfo<'_>) {
    let place = info.location().map(|place| format!("{}:{}", without_folders(place.file()), place.line()));
    PLACE.set(place);
}

/// The path of a source file without the folders of the machine on which the program was built.
fn without_folders(file: &str) -> &str {
    let in_registry = file.split_once("/registry/src/").and_then(|(_, path)| path.split_once('/'));
    in_registry.map_or(file, |(_, path)| path)
}

/// The payload of a panic.
pub type Panic = Box<dyn Any + Send>;

/// Runs `work`.
///
/// # Errors
/// With the panic, if there is one.
pub fn caught<T>(work: impl FnOnce() -> T) -> Result<T, Panic> {
    panic::catch_unwind(AssertUnwindSafe(work))
}

/// Runs `work` to its end.
///
/// # Errors
/// With the place of a panic, `file:line`.
pub async fn guarded<T>(work: impl Future<Output = T>) -> Result<T, String> {
    let mut work = pin!(work);
    std::future::poll_fn(|context| match caught(|| work.as_mut().poll(context)) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(done)) => Poll::Ready(Ok(done)),
        Err(_) => Poll::Ready(Err(PLACE.take().unwrap_or_else(|| "an unknown place".to_owned()))),
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_a_dependency_does_not_show_who_built_the_program() {
        let file = "/home/ada/.cargo/registry/src/index-1949cf8c6b5b557f/hyper-1.12.0/src/error.rs";
        assert_eq!(without_folders(file), "hyper-1.12.0/src/error.rs");
        assert_eq!(without_folders("src/check/list.rs"), "src/check/list.rs");
    }
}
