//! The people: who signs in, who is invited to.

mod api;
mod invitations;
mod invite;
mod list;

pub use api::{
    EndPersonSessions, InviteAffiliatePerson, InvitePerson, ResendInvitation, RevokeInvitation,
    SetPersonActive,
};
pub use invite::{AffiliateInvitePage, InvitePage};
pub use list::TeamPage;
