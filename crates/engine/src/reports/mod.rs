//! What the pages show.
