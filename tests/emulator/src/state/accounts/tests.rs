use super::*;
use crate::clock::Clock;
use crate::jwt::SigningKey;

fn app(id: &str) -> AppInfo {
    AppInfo {
        client_identifier: id.to_owned(),
        ..AppInfo::default()
    }
}

fn start() -> (Accounts, Codes, Timestamp) {
    let (mut codes, now) = (Codes::new(None).unwrap(), Clock::new().now());
    let accounts = Accounts::new(User::demo(), &mut codes, now);
    (accounts, codes, now)
}

#[test]
fn one_token_for_each_account_and_client_identifier() {
    let (mut accounts, mut codes, now) = start();
    let first = accounts.authorise(0, app("a"), now, &mut codes);
    let other_app = accounts.authorise(0, app("b"), now, &mut codes);
    let other_user = accounts.authorise(1, app("a"), now, &mut codes);
    let second = accounts.authorise(0, app("a"), now, &mut codes);
    assert_eq!(accounts.use_token(&first, now), None);
    for token in [&second, &other_app, &other_user] {
        assert!(accounts.use_token(token, now).is_some());
    }
}

#[test]
fn a_removed_device_leaves_nothing_behind() {
    let (mut accounts, mut codes, now) = start();
    let token = accounts.authorise(0, app("a"), now, &mut codes);
    let id = accounts.use_token(&token, now).unwrap();
    let key = SigningKey::from_seed(&[1; 32]).unwrap().public().clone();
    accounts.add_key(id, key.clone()).unwrap();
    assert!(accounts.key("a", &key.kid).is_some());
    assert!(accounts.remove(id));
    assert!(!accounts.remove(id));
    assert_eq!(accounts.use_token(&token, now), None);
    assert!(accounts.key("a", &key.kid).is_none());
}

#[test]
fn a_key_belongs_to_one_app() {
    let (mut accounts, mut codes, now) = start();
    let mut device = |user, client| {
        let token = accounts.authorise(user, app(client), now, &mut codes);
        accounts.use_token(&token, now).unwrap()
    };
    let (ours, of_another_user, other) = (device(0, "a"), device(1, "a"), device(0, "b"));
    let key = SigningKey::from_seed(&[1; 32]).unwrap().public().clone();
    accounts.add_key(ours, key.clone()).unwrap();
    accounts.add_key(ours, key.clone()).unwrap();
    accounts.add_key(of_another_user, key.clone()).unwrap();
    assert!(accounts.add_key(other, key.clone()).is_err());
    let mut same_name = SigningKey::from_seed(&[2; 32]).unwrap().public().clone();
    same_name.kid = key.kid;
    assert!(accounts.add_key(ours, same_name).is_err());
}
