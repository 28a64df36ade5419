//! How text looks.

use clap::{Args, ValueEnum};

/// How text looks.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "Appearance")]
pub struct LookArgs {
    /// When to use colour
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    pub color: Color,
    /// Use ASCII characters only
    #[arg(long)]
    pub ascii: bool,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set or `TERM` is dumb
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}
