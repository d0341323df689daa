//! The words of SQL that tell a table from what is none.

/// Words that may stand between the word that announces a table and the table.
pub(super) const MODIFIERS: &str = "concurrently delayed exists high_priority if ignore lateral local low_priority not only \
    or overwrite quick recursive rollback table";

/// Words that are no table where one could stand.
pub(super) const RESERVED: &str = "add all as cascade case column cross current default dual end exec execute for from \
    group having inner json_table left limit on order outfile right select set stdin stdout \
    strict unnest values where with";

/// Words that may follow a table and its alias.
pub(super) const FOLLOWERS: &str = "add alter as at cascade change cluster column cross default drop engine except fetch from \
    final for force full group having ignore inner intersect join left like limit loop minus \
    modify natural offset on option order outer output partition rename restrict returning \
    right sample select set tablesample union use using values when where";

/// Words that stand before nouns in prose and name no table.
pub(super) const DETERMINERS: &str = "any her his its my our the their this your";

/// Words that end the list after `from`.
pub(super) const LIST_ENDS: &str = "except fetch group having intersect limit offset order qualify returning select set \
    union where window";

/// Words before `update` or `table` that make it no verb or object.
pub(super) const NO_VERB_AFTER: &str =
    "after before do duplicate for instead key no of on or returns";

/// What `create`, `alter` and `drop` may make whose name or place is a table.
pub(super) const OBJECTS: &str = "foreign index policy procedure function table trigger view";

/// Words between `create` and what it makes.
pub(super) const OBJECT_MODIFIERS: &str = "clustered external fulltext global local materialized \
    nonclustered or recursive replace spatial temp temporary unique unlogged virtual";

/// What reads and changes tables.
pub(super) const VERBS: &str = "delete insert select update with";

/// Words that say how to join.
pub(super) const JOINS: &str = "cross full inner lateral left natural outer right";

/// What rights may be granted on beside tables.
pub(super) const GRANTED: &str =
    "all database domain foreign function language procedure routine schema sequence type";

/// Whether a word is in a list of words.
pub(super) fn among(list: &str, word: &str) -> bool {
    !word.is_empty() && list.split(' ').any(|other| other == word)
}
