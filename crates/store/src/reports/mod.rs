//! Figures for the pages.
