//! Words that make a literal with spaces the header of a definition or an import.

/// Words such headers start with or hold, in any language that is parsed; none is an operator or statement.
const WORDS: &str = "\
    abstract actor alias async async_trait auto bool case char class companion const constexpr \
    data declare def default defmodule delegate double enum event explicit export extends \
    extension extern final float fn friend from fun func function get global impl implements \
    implicit import include include_once init inline int interface internal let local long \
    macro_rules mod module mutating namespace native object open operator override package \
    partial private protected protocol pub public readonly record require require_once \
    require_relative sealed set short signed static struct subroutine suspend synchronized \
    template trait type typealias typedef union unsafe unsigned use using val var virtual void";

/// Reports whether a literal with spaces can be part of a header.
pub(super) fn is_header(literal: &str) -> bool {
    literal
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .any(|word| {
            WORDS
                .split(' ')
                .any(|known| known.eq_ignore_ascii_case(word))
        })
}
