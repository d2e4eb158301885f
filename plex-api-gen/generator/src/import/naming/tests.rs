//! Names that a user gives.

use super::*;

#[test]
fn renames_are_parsed() {
    assert_eq!(
        "A=B-2.c_d".parse(),
        Ok(Rename {
            old: String::from("A"),
            new: String::from("B-2.c_d")
        })
    );
    for wrong in ["A", "A=", "=B", "A=B C", "A=schemas/B"] {
        assert!(wrong.parse::<Rename>().is_err(), "{wrong}");
    }
}

#[test]
fn a_prefix_is_the_beginning_of_a_name() {
    let problems = |prefix: &str| {
        let naming = Naming {
            prefix: Some(prefix.to_owned()),
            ..Naming::default()
        };
        let mut problems = Vec::new();
        naming.check(&mut problems);
        problems
    };
    assert!(problems("Plex-2.x_").is_empty());
    for wrong in ["", "a/", "a b", "ä"] {
        assert_eq!(problems(wrong), [format!("--prefix {wrong}: {NAME}")]);
    }
}
