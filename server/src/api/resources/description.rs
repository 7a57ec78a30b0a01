//! The description of the API (OpenAPI 3.1): made from the handlers, completed with what concerns all of them.

use super::super::{
    V1,
    problem::{FieldProblem, ProblemBody},
};
use super::schema;
use utoipa::{
    Modify, OpenApi as _,
    openapi::{
        InfoBuilder, LicenseBuilder, OpenApi, ServerBuilder,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
        tag::TagBuilder,
    },
};
use utoipa_axum::router::OpenApiRouter;

const ABOUT: &str = "\
Every object of the platform, for programs. An API key belongs to an account and sees what that account sees: a network's \
key everything, an affiliate's key its own rows and never what advertisers pay.

**Keys** are made in the portal, under API keys, and sent as `Authorization: Bearer mr_live_…`. A key has scopes such as \
`links:write`; each operation names the one it needs.

**Errors** are `application/problem+json` (RFC 9457). `code` is for programs, `detail` for people, and `errors` names each \
wrong field by a JSON pointer into the body, or a query parameter as `?name`.

**Lists** come in pages: `limit` objects, and a `next_cursor` that leads on. A walk through all pages meets every object \
once, whatever is added meanwhile. A cursor belongs to its filters; with others it is refused.

**Writing** twice what was meant once is prevented by an `Idempotency-Key`. `PATCH` changes the fields that are given and \
leaves the others. Unknown fields and parameters are refused, so that a typing error is noticed.

**Limits**: `RateLimit-Policy` and `RateLimit` say how often a key may ask and what is left; 429 comes with `Retry-After`.

**Money** is a plain decimal with its currency, **times** are RFC 3339 in UTC, **ids** say what they are of \
(`camp_…`, `aff_…`). New fields, codes and words are added without notice; nothing else changes within a version.";

const TAGS: &[(&str, &str)] = &[
    ("Key", "Who is asking."),
    ("Campaigns", "Offers of advertisers, the results they pay for, and who may run them."),
    ("Links", "An affiliate's tracked way into a campaign."),
    ("Affiliates", "Who brings traffic and is paid for results."),
    ("Advertisers", "Who pays for results."),
    ("Conversions", "Reported results, and decisions on them."),
    ("Clicks", "Visitors who followed a link."),
    ("Reports", "Figures by hour or day."),
    ("Ledger", "Money: balances, transactions and their entries. Only ever added to."),
    ("Audit", "Every change: who, when, from where, before and after."),
];

struct Complete;

impl Modify for Complete {
    fn modify(&self, api: &mut OpenApi) {
        api.info = InfoBuilder::new()
            .title("Millrace API")
            .version("1.0")
            .description(Some(ABOUT))
            .license(Some(LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build()))
            .build();
        api.servers = Some(vec![ServerBuilder::new().url("/").build()]);
        let tags =
            TAGS.iter().map(|(name, what)| TagBuilder::new().name(*name).description(Some(*what)).build());
        api.tags = Some(tags.collect());
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("mr_live_…")
            .description(Some("A key of the API, made in the portal under API keys."))
            .build();
        let parts = api.components.get_or_insert_default();
        parts.add_security_scheme("key", SecurityScheme::Http(bearer));
    }
}

#[derive(utoipa::OpenApi)]
// What only parameters name is not found by itself.
#[openapi(components(schemas(
    ProblemBody,
    FieldProblem,
    schema::NamedSort,
    schema::CreatedSort,
    schema::ReceivedSort,
    schema::Interval,
    schema::Grouping,
    schema::Included,
    schema::ReasonWord
)))]
struct Shared;

/// Completes what the handlers say.
pub fn complete(paths: OpenApi) -> OpenApi {
    let mut all = Shared::openapi().merge_from(paths);
    Complete.modify(&mut all);
    all
}

/// The whole description.
pub fn description() -> OpenApi {
    complete(OpenApiRouter::new().nest(V1, super::router()).into_openapi())
}
