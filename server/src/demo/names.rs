//! The invented people and offers of the demo network.

/// Name and web host of an advertiser.
pub const ADVERTISERS: &[(&str, &str)] = &[
    ("Northwind Insurance", "northwind-insurance.example"),
    ("Solar Savings Finder", "solar-savings.example"),
    ("PetBox", "petbox.example"),
    ("Harbor Bank", "harborbank.example"),
    ("Trailhead Outdoor", "trailhead.example"),
    ("LinguaLeap", "lingualeap.example"),
    ("Brightside Dental", "brightside-dental.example"),
    ("Kettle & Crumb", "kettleandcrumb.example"),
];

/// One offer.
pub struct Offer {
    /// Position in [`ADVERTISERS`].
    pub advertiser: usize,
    pub name: &'static str,
    pub currency: &'static str,
    pub visibility: &'static str,
    pub status: &'static str,
    pub goal: (&'static str, &'static str),
    /// Kind and value as typed into the form.
    pub revenue: (&'static str, &'static str),
    pub payout: (&'static str, &'static str),
    /// Conversions per 10,000 clicks.
    pub rate: u32,
    /// Usual order in minor units; 0 where reports carry no amount.
    pub order: i64,
    /// How much of the traffic it gets.
    pub weight: u32,
}

#[expect(clippy::too_many_arguments, reason = "a table, written as one")]
const fn offer(
    advertiser: usize,
    name: &'static str,
    goal: (&'static str, &'static str),
    revenue: (&'static str, &'static str),
    payout: (&'static str, &'static str),
    rate: u32,
    order: i64,
    weight: u32,
) -> Offer {
    Offer {
        advertiser,
        name,
        currency: "USD",
        visibility: "public",
        status: "active",
        goal,
        revenue,
        payout,
        rate,
        order,
        weight,
    }
}

const LEAD: (&str, &str) = ("lead", "Completed form");
const SALE: (&str, &str) = ("sale", "Sale");
const TRIAL: (&str, &str) = ("trial", "Trial started");

pub const OFFERS: &[Offer] = &[
    offer(0, "Northwind Insurance · Auto quote", LEAD, ("fixed", "16.00"), ("fixed", "11.00"), 287, 0, 100),
    offer(0, "Northwind Insurance · Home quote", LEAD, ("fixed", "14.50"), ("fixed", "10.00"), 231, 0, 40),
    offer(1, "Solar Savings Finder", LEAD, ("fixed", "14.00"), ("fixed", "10.50"), 266, 0, 82),
    offer(1, "Solar Savings · Battery check", LEAD, ("fixed", "21.00"), ("fixed", "15.00"), 118, 0, 22),
    offer(2, "PetBox Monthly", TRIAL, ("fixed", "10.50"), ("fixed", "8.00"), 252, 0, 44),
    offer(2, "PetBox Gift box", SALE, ("share", "18"), ("share", "12"), 174, 3490, 20),
    offer(
        3,
        "Harbor Bank · High-yield savings",
        ("account", "Account opened"),
        ("fixed", "16.00"),
        ("fixed", "11.00"),
        166,
        0,
        35,
    ),
    Offer {
        visibility: "apply",
        ..offer(
            3,
            "Harbor Bank · Card",
            ("approved_card", "Card approved"),
            ("fixed", "95.00"),
            ("fixed", "70.00"),
            41,
            0,
            18,
        )
    },
    offer(4, "Trailhead Outdoor Autumn Sale", SALE, ("share", "10"), ("share", "7"), 196, 8760, 31),
    offer(4, "Trailhead Outdoor · Boots", SALE, ("share", "9"), ("share", "6.5"), 142, 14900, 16),
    Offer {
        currency: "EUR",
        ..offer(5, "LinguaLeap Annual", SALE, ("fixed", "11.50"), ("fixed", "8.90"), 86, 0, 20)
    },
    Offer {
        currency: "EUR",
        visibility: "private",
        ..offer(5, "LinguaLeap for teams", LEAD, ("fixed", "40.00"), ("fixed", "28.00"), 54, 0, 6)
    },
    offer(6, "Brightside Dental · First visit", LEAD, ("fixed", "32.00"), ("fixed", "24.00"), 129, 0, 14),
    Offer {
        status: "paused",
        ..offer(6, "Brightside Dental · Whitening", LEAD, ("fixed", "18.00"), ("fixed", "13.00"), 97, 0, 8)
    },
    offer(7, "Kettle & Crumb · Tea club", TRIAL, ("fixed", "7.00"), ("fixed", "5.00"), 310, 0, 12),
];

/// Affiliates: name and country.
pub const AFFILIATES: &[(&str, &str)] = &[
    ("Brightpath Media", "US"),
    ("Compare Corner", "US"),
    ("Daily Deal Digest", "GB"),
    ("Quiet Harbor Ads", "CA"),
    ("Northlight Reviews", "US"),
    ("Savvy Nest", "US"),
    ("Blue Finch Marketing", "AU"),
    ("Pagefox", "DE"),
    ("Lumen Leads", "US"),
    ("Tidewater Digital", "US"),
    ("The Frugal Owl", "US"),
    ("Copperline", "NL"),
    ("Maple Street Media", "CA"),
    ("Greenlight Search", "US"),
    ("Rivet & Co", "GB"),
    ("Orchard Social", "US"),
    ("Slatehouse", "US"),
    ("Kindling Email", "US"),
    ("Foxglove Content", "IE"),
    ("Parallel Traffic", "ES"),
    ("Sundial Partners", "US"),
    ("Ember Performance", "US"),
    ("Wren & Oak", "GB"),
    ("Meridian Native", "FR"),
    ("Halfmoon Push", "PL"),
    ("Cobalt Coupons", "US"),
    ("Juniper Loyalty", "US"),
    ("Signal Peak", "US"),
    ("Paper Lantern", "SG"),
    ("Old Mill Media", "US"),
    ("Driftwood Display", "AU"),
    ("Clearbrook", "US"),
    ("Saltmarsh Studio", "GB"),
    ("Hazel Influence", "US"),
    ("Ironbark Growth", "AU"),
    ("Redstart Video", "SE"),
    ("Tall Pine Podcasts", "US"),
    ("Bayside Search", "US"),
    ("Marigold Mail", "US"),
    ("Zephyr Apps", "IN"),
];

pub const SOURCES: &[&str] = &["search", "newsletter", "native", "push", "social", "review", "coupon"];
pub const SUB1: &[&str] = &[
    "home-top",
    "article-mid",
    "sidebar",
    "email-0412",
    "video-desc",
    "footer",
    "comparison-table",
    "story",
];
pub const SUB2: &[&str] = &["a", "b", "control"];

pub const USER_AGENTS: &[&str] = &[
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 16; Pixel 10) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 15_2) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
];
pub const ROBOT: &str = "Mozilla/5.0 (compatible; ExampleBot/2.0; +https://bot.example/about)";

/// Clicks by hour of the day (UTC) of an audience that lives mostly in the Americas, per thousand of the day.
pub const HOURS: [u32; 24] =
    [46, 42, 38, 33, 27, 22, 18, 15, 14, 16, 21, 29, 38, 47, 54, 58, 60, 61, 60, 58, 59, 61, 62, 61];
