use super::*;
use domain::{
    ids::{AdvertiserId, AffiliateId, EPOCH_MS, LinkId},
    money::Currency,
    snapshot::{LinkEntry, Rate, Snapshot},
};

const NOW: i64 = EPOCH_MS + 100 * 86_400_000;
const KEY: [u8; 16] = [3; 16];

fn index(change: impl FnOnce(&mut CampaignEntry)) -> Index {
    let mut campaign = CampaignEntry {
        id: CampaignId(10),
        advertiser: AdvertiserId(20),
        active: true,
        currency: Currency::USD,
        destination: "https://shop.example/?c={click_id}".into(),
        deep_link_hosts: vec![],
        pass_through: false,
        window_secs: 7 * 86_400,
        token: None,
        goals: vec![
            GoalEntry {
                id: GoalId(1),
                code: "sale".into(),
                revenue: Rate::Fixed(500),
                payout: Rate::Fixed(300),
                is_default: true,
            },
            GoalEntry {
                id: GoalId(2),
                code: "order".into(),
                revenue: Rate::Share(100_000),
                payout: Rate::Share(70_000),
                is_default: false,
            },
        ],
    };
    change(&mut campaign);
    Index::new(Snapshot {
        version: 1,
        campaigns: vec![campaign],
        links: vec![LinkEntry {
            id: LinkId(5),
            code: "abc".into(),
            campaign: 0,
            affiliate: AffiliateId(30),
            active: true,
            affiliate_active: true,
            destination: None,
        }],
        fallback_url: None,
        click_key: KEY,
    })
}

fn click(link: i64, ts_ms: i64) -> String {
    ClickRef { link: LinkId(link), ts_ms, node: 1, shard: 0, seq_low: 9 }
        .issue(&ClickKey::new(KEY))
        .as_str()
        .to_owned()
}

fn report(pairs: &[(&str, &str)]) -> Parameters {
    let mut p = Parameters::default();
    for (name, value) in [("click_id", click(5, NOW - 1000).as_str())]
        .iter()
        .filter(|d| !pairs.iter().any(|p| p.0 == d.0))
        .chain(pairs)
    {
        p.take(name, (*value).into());
    }
    p
}

#[test]
fn money_is_worked_out_at_the_door() {
    let v = judge(&report(&[("txid", "o-1")]), &index(|_| {}), NOW);
    let a = v.attributed.unwrap();
    assert_eq!((v.reason, a.revenue_minor, a.payout_minor, a.affiliate), (None, 500, 300, AffiliateId(30)));
    let v = judge(&report(&[("txid", "o-1"), ("GOAL", "Order"), ("amount", "49.90")]), &index(|_| {}), NOW);
    let a = v.attributed.unwrap();
    assert_eq!((v.amount_minor, a.revenue_minor, a.payout_minor), (Some(4990), 499, 349));
}

#[test]
fn every_refusal_has_its_reason() {
    let old = click(5, NOW - 8 * 86_400_000);
    let future = click(5, NOW + 3_600_000);
    let unknown = click(6, NOW);
    let forged = ClickRef { link: LinkId(5), ts_ms: NOW, node: 1, shard: 0, seq_low: 9 }
        .issue(&ClickKey::new([9; 16]))
        .as_str()
        .to_owned();
    let long = "x".repeat(200);
    let cases: &[(&[(&str, &str)], Reason)] = &[
        (&[("click_id", "")], Reason::ClickMissing),
        (&[("click_id", "' or 1=1 --")], Reason::ClickMalformed),
        (&[("click_id", &forged)], Reason::ClickForged),
        (&[("click_id", &unknown)], Reason::ClickUnknown),
        (&[("click_id", &old)], Reason::ClickExpired),
        (&[("click_id", &future)], Reason::ClickInFuture),
        (&[("goal", "nope")], Reason::GoalUnknown),
        (&[("amount", "12,50")], Reason::AmountInvalid),
        (&[("amount", "-5")], Reason::AmountInvalid),
        (&[("amount", "999999999999999999999")], Reason::AmountInvalid),
        (&[("goal", "order")], Reason::AmountMissing),
        (&[("currency", "EUR")], Reason::CurrencyMismatch),
        (&[("status", "paid")], Reason::StatusUnknown),
        (&[("txid", &long)], Reason::TxidInvalid),
        (&[("txid", "a\0b")], Reason::TxidInvalid),
    ];
    for (pairs, reason) in cases {
        let v = judge(&report(pairs), &index(|_| {}), NOW);
        assert_eq!(v.reason, Some(*reason), "{pairs:?}");
    }
    assert_eq!(judge(&report(&[]), &index(|c| c.active = false), NOW).reason, Some(Reason::CampaignPaused));
    let token = |c: &mut CampaignEntry| c.token = Some("secret-token".into());
    assert_eq!(judge(&report(&[("token", "guess")]), &index(token), NOW).reason, Some(Reason::TokenInvalid));
    assert_eq!(judge(&report(&[("token", "secret-token")]), &index(token), NOW).reason, None);
}

#[test]
fn a_corrected_report_is_no_duplicate_of_the_refused_one() {
    let i = index(|_| {});
    let wrong = judge(&report(&[("txid", "o-1"), ("amount", "x")]), &i, NOW);
    let right = judge(&report(&[("txid", "o-1"), ("amount", "5")]), &i, NOW);
    assert_ne!(wrong.id, right.id);
    assert_eq!(right.id, judge(&report(&[("txid", "o-1"), ("amount", "6")]), &i, NOW).id);
    // Without a transaction id a click converts once, however its id is spelled.
    let upper = click(5, NOW - 1000).to_uppercase();
    assert_eq!(judge(&report(&[]), &i, NOW).id, judge(&report(&[("click_id", &upper)]), &i, NOW).id);
}

#[test]
fn repeats_are_recognised() {
    let i = index(|_| {});
    let recent = Recent::default();
    let v = judge(&report(&[("txid", "o-1")]), &i, NOW);
    assert!(!recent.knows(&v));
    recent.remember(&v);
    assert!(recent.knows(&v));
    assert!(!recent.knows(&judge(&report(&[("txid", "o-1"), ("amount", "7")]), &i, NOW)));
    assert!(!recent.knows(&judge(&report(&[("txid", "o-1"), ("status", "approved")]), &i, NOW)));
}
