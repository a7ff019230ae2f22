//! Messages on stderr that nobody has to read.

/// Like `eprintln!`, but a closed or full stderr is no reason to stop: the results matter more
/// than what is said about them.
macro_rules! say {
    ($($message:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), $($message)*);
    }};
}

pub(super) use say;
