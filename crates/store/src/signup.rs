//! Affiliates-to-be: what they are asked, which terms they accept, their applications.

pub mod applications;
pub mod questions;
pub mod terms;

pub use applications::{Answer, Application};
pub use questions::Question;
pub use terms::Terms;
