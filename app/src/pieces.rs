//! Which pages come in which piece of the browser's code.
//!
//! The main piece holds what everybody needs: the document, the kit, the shell, signing in. Every other page is listed
//! below and arrives with its piece when somebody first opens a page of it. A page is named here, and its route in
//! `lib.rs` shows `pieces::admin::CampaignsPage` instead of the component itself; a component that its route names
//! directly becomes part of the main piece. On the server, and in quick builds, there are no pieces: pages are there.
//!
//! Nothing of a piece's own may be reached from the main piece in another way, or it moves there; nothing breaks, the
//! main piece grows. What several pieces need goes into a file that all of them share.

mod late;

#[cfg(feature = "ssr")]
pub use late::Files;
pub use late::{Late, ready};

/// Lists the pages of a piece: `piece! { name { module: Page, Page; module: Page; } }`, each a component without props.
macro_rules! piece {
    ($(#[$about:meta])* $piece:ident { $($($module:ident)::+ : $($page:ident),+;)+ }) => {
        $(#[$about])*
        #[allow(non_upper_case_globals, reason = "a page is called what its component is called")]
        pub mod $piece {
            use super::late::{Late, Piece};
            use leptos::{prelude::*, wasm_split::SplitLoaderError};

            #[allow(clippy::enum_variant_names, reason = "every page ends in Page")]
            enum Page { $($($page),+),+ }

            fn make(page: usize) -> AnyView {
                $(use crate::$($module)::+::{$($page),+};)+
                $($(if page == Page::$page as usize {
                    return $page().into_any();
                })+)+
                ().into_any()
            }

            #[cfg(feature = "split")]
            #[allow(unsafe_code, reason = "the two halves of a call between pieces are declared to each other")]
            #[leptos::wasm_split::wasm_split($piece, wasm_split_path = leptos::wasm_split, fallible, preload(load))]
            fn view(page: usize) -> Result<AnyView, SplitLoaderError> {
                Ok(make(page))
            }

            #[cfg(not(feature = "split"))]
            async fn load() -> Result<(), SplitLoaderError> {
                Ok(())
            }
            #[cfg(not(feature = "split"))]
            async fn view(page: usize) -> Result<AnyView, SplitLoaderError> {
                Ok(make(page))
            }

            static PIECE: Piece = Piece {
                name: stringify!($piece),
                load: || Box::pin(load()),
                view: |page| Box::pin(view(page)),
            };
            $($(pub const $page: Late = Late { piece: &PIECE, page: Page::$page as usize };)+)+
        }
    };
}

piece! {
    /// What the network's people work with every day.
    admin {
        admin::overview: OverviewPage;
        admin::campaigns: CampaignsPage, CampaignNewPage, CampaignPage, CampaignEditPage, GoalEditPage;
        admin::links: LinksPage, LinkNewPage, LinkEditPage;
        admin::affiliates: AffiliatesPage, AffiliateNewPage, AffiliatePage, AffiliateEditPage;
        admin::advertisers: AdvertisersPage, AdvertiserNewPage, AdvertiserPage, AdvertiserEditPage;
        admin::conversions: ConversionsPage, ConversionPage;
        admin::clicks: ClickLookupPage;
    }
}

piece! {
    /// How the network is set up and how it is doing.
    network {
        admin::health: HealthPage;
        admin::audit: AuditPage;
        admin::applications: ApplicationsPage, ApplicationPage;
        admin::settings: GeneralPage, BrandPage, TermsPage, SignUpSettingsPage, QuestionPage, FeaturesPage, DomainsPage;
        admin::team: AffiliateInvitePage, TeamPage, InvitePage;
        admin::mail: MailsPage, MailPage;
        admin::styleguide: StyleguidePage;
    }
}

piece! {
    /// The affiliates' portal.
    affiliate {
        affiliate::overview: OverviewPage;
        affiliate::campaigns: CampaignsPage, CampaignPage;
        affiliate::links: LinksPage;
        affiliate::conversions: ConversionsPage;
        affiliate::subs: SubsPage;
    }
}

piece! {
    /// What everybody has in their portal.
    own {
        account: AccountPage;
        account::security: SecurityPage;
        api_keys: ApiKeysPage, ApiKeyNewPage;
        notifications: NotificationsPage;
        partner: HomePage;
        search: SearchPage;
    }
}
