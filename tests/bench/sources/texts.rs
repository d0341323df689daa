//! What the files are made of, language by language.

/// One language.
pub(super) struct Language {
    pub(super) extension: &'static str,
    pub(super) head: &'static str,
    pub(super) functions: &'static [&'static str],
    /// Functions that the spec of the benchmark finds fault with.
    pub(super) old: &'static [&'static str],
    /// Comments and strings that name what it looks for.
    pub(super) mentions: &'static [&'static str],
    pub(super) tail: &'static str,
}

pub(super) const LANGUAGES: [Language; 7] = [PYTHON, JAVASCRIPT, TYPESCRIPT, GO, RUST, RUBY, JAVA];

const PYTHON: Language = Language {
    extension: "py",
    head: r#""""Helpers that $verb the $noun before it reaches the $other."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

import httpx

logger = logging.getLogger(__name__)
DEFAULT_LIMIT = $n


@dataclass
class $Noun$Other:
    """A $noun with its $other."""

    name: str
    limit: int = DEFAULT_LIMIT
    parts: list[str] = field(default_factory=list)

"#,
    functions: &[
        r#"
def $verb_$noun_$n(self, $noun, *, limit=100):
    """Return every $other of a $noun, newest first."""
    found = []
    for index, $other in enumerate($noun.parts):
        if $other is None or index >= limit:
            # Past the limit nobody looks any more.
            continue
        found.append({"id": $other.id, "total": round($other.total * 1.19, 2)})
    logger.info("%d of %s done", len(found), $noun.name)
    return sorted(found, key=lambda row: row["id"], reverse=True)

"#,
        r#"
async def $verb_$other_$n(client, $noun_id):
    """Load one $other over HTTP and $verb it."""
    try:
        response = await client.get(f"/internal/$other/{$noun_id}", timeout=5.0)
        response.raise_for_status()
    except httpx.HTTPError as error:
        logger.warning("no $other for %s: %s", $noun_id, error)
        return None
    payload = response.json()
    return {key: value for key, value in payload.items() if not key.startswith("_")}

"#,
        r#"
def store_$noun_$n(cursor, $noun):
    query = """
        SELECT id, total FROM $nouns
        JOIN $others ON $others.$noun_id = $nouns.id
        WHERE $nouns.name = %s AND total > 0
        ORDER BY total DESC
    """
    cursor.execute(query, [$noun.name])
    rows = cursor.fetchall()
    return [{"id": row[0], "total": row[1]} for row in rows if row[1] is not None]

"#,
    ],
    old: &[
        r#"
def legacy_$noun_$n(token):
    answer = requests.get("https://example.com/$noun", headers={"X-Token": token})
    return answer.json() if answer.ok else requests.post("https://example.com/$other").json()

"#,
        r#"
@app.route("/api/v1/$nouns/<int:$noun_id>", methods=["GET"])
def read_$noun_$n($noun_id):
    rows = db.execute("SELECT * FROM legacy_sessions WHERE $noun_id = ?", ($noun_id,))
    return jsonify(list(rows))

"#,
    ],
    mentions: &[
        "\n# requests.get was used here until the $noun moved to httpx.\n",
        "\nNOTE_$n = \"see md5_hex() in the old $noun service\"\n",
        "\nclient_$n = httpx.AsyncClient(timeout=5.0)\n",
    ],
    tail: "",
};

const JAVASCRIPT: Language = Language {
    extension: "js",
    head: r#"// Everything around the $noun that the $other page needs.
'use strict';

const { EventEmitter } = require('events');
const config = require('../config');

const events = new EventEmitter();
const LIMIT = config.limit || $n;

"#,
    functions: &[
        r#"
/**
 * Turns a $noun into the rows of a table.
 */
function $verb$Noun$n($noun, options = {}) {
  const { limit = LIMIT, order = 'asc' } = options;
  const rows = $noun.parts
    .filter((part) => part && part.$other !== undefined)
    .map((part, index) => ({ ...part, index, label: `${part.$other}:${index}` }));
  rows.sort((a, b) => (order === 'asc' ? a.index - b.index : b.index - a.index));
  events.emit('$noun:$verb', { count: rows.length });
  return rows.slice(0, limit);
}

"#,
        r#"
async function load$Other$n(id) {
  const response = await fetch(`/internal/$other/${id}`, { credentials: 'same-origin' });
  if (!response.ok) {
    // The caller shows a message of its own.
    throw new Error(`$other ${id}: ${response.status}`);
  }
  const { items = [], total } = await response.json();
  return { items: items.map((item) => item.name.trim()), total: Number(total) };
}

"#,
        r#"
class $Noun$Verb$n {
  constructor($noun) {
    this.$noun = $noun;
    this.seen = new Map();
  }

  $verb(key) {
    if (!this.seen.has(key)) {
      this.seen.set(key, { at: Date.now(), value: this.$noun.lookup(key) });
    }
    const { value } = this.seen.get(key);
    return value === null ? this.$noun.fallback?.(key) : value;
  }
}

"#,
    ],
    old: &[
        r#"
function sign$Noun$n(payload) {
  return jwt.sign(payload, process.env.JWT_SECRET, { expiresIn: '1h' });
}

"#,
        r#"
router.get('/api/v1/$nouns/:id', async (req, res) => {
  const rows = await db.query('SELECT id FROM legacy_sessions WHERE $noun_id = $1', [req.params.id]);
  res.json(rows);
});

"#,
    ],
    mentions: &[
        "\n// jwt.sign is gone from the $noun since the $other moved.\n",
        "\nconst hint$n = 'FEATURE flags of the $noun are described in the wiki';\n",
    ],
    tail: "\nmodule.exports = { events, LIMIT };\n",
};

const TYPESCRIPT: Language = Language {
    extension: "ts",
    head: r#"/** Types and helpers that $verb a $noun for the $other. */
import { Injectable, Logger } from '@nestjs/common';
import type { $OtherRepository } from './$other.repository';

export interface $Noun$n {
  readonly id: string;
  name: string;
  $other?: number | null;
}

const logger = new Logger('$Noun');

"#,
    functions: &[
        r#"
export async function $verb$Noun$n(
  repository: $OtherRepository,
  $noun: $Noun,
  limit: number = 100,
): Promise<Array<{ id: string; total: number }>> {
  const rows = await repository.find({ where: { $noun: $noun.id }, take: limit });
  if (rows.length === 0) {
    logger.debug(`nothing to $verb for ${$noun.id}`);
    return [];
  }
  return rows.map((row) => ({ id: row.id, total: row.amount ?? 0 }));
}

"#,
        r#"
@Injectable()
export class $Noun$Verb$n {
  private readonly cache = new Map<string, Promise<unknown>>();

  constructor(private readonly repository: $OtherRepository) {}

  async $verb(id: string): Promise<unknown> {
    const known = this.cache.get(id);
    if (known !== undefined) return known;
    // Two callers at once must not load twice.
    const loading = this.repository.findOne({ where: { id } });
    this.cache.set(id, loading);
    return loading;
  }
}

"#,
        r#"
export const is$Noun$n = (value: unknown): value is $Noun => {
  if (typeof value !== 'object' || value === null) return false;
  const candidate = value as Record<string, unknown>;
  return typeof candidate.id === 'string' && typeof candidate.name === 'string';
};

"#,
    ],
    old: &[
        r#"
export const token$Noun$n = (id: string): string =>
  jwt
    .sign({ sub: id }, process.env.JWT_SECRET ?? '', { expiresIn: '1h' });

"#,
        r#"
export async function charge$Noun$n(stripe: Stripe, amount: number) {
  if (process.env.FEATURE_OLD_CHECKOUT === '1') return null;
  return stripe.paymentIntents.create({ amount, currency: 'eur' });
}

"#,
    ],
    mentions: &[
        "\n// The $noun used jwt.verify before sessions came from the $other.\n",
        "\nexport const note$n = 'Stripe calls this a $noun';\n",
    ],
    tail: "",
};

const GO: Language = Language {
    extension: "go",
    head: r#"// Package $noun keeps what the $other service knows of a $noun.
package $noun

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sort"
)

// ErrNo$Noun tells that there is no such $noun.
var ErrNo$Noun = errors.New("no such $noun")

"#,
    functions: &[
        r#"
// $Verb$Noun$n lists the $others of a $noun in the order of their totals.
func $Verb$Noun$n(ctx context.Context, store Store, id string) ([]$Other, error) {
	rows, err := store.Find(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("$verb $noun %s: %w", id, err)
	}
	if len(rows) == 0 {
		return nil, ErrNo$Noun
	}
	sort.Slice(rows, func(i, j int) bool { return rows[i].Total > rows[j].Total })
	slog.InfoContext(ctx, "done", "$noun", id, "rows", len(rows))
	return rows, nil
}

"#,
        r#"
type $noun$Other$n struct {
	name  string
	total int64
	parts map[string][]byte
}

func (s *$noun$Other$n) $verb(key string, value []byte) bool {
	if s.parts == nil {
		s.parts = make(map[string][]byte)
	}
	if old, ok := s.parts[key]; ok && len(old) >= len(value) {
		return false // The longer one wins.
	}
	s.parts[key] = append([]byte(nil), value...)
	s.total += int64(len(value))
	return true
}

"#,
        r#"
func query$Other$n(ctx context.Context, db Queryer, limit int) (total int64, err error) {
	row := db.QueryRowContext(ctx, `SELECT COALESCE(SUM(total), 0) FROM $others
		WHERE $noun_id IS NOT NULL LIMIT ?`, limit)
	if err := row.Scan(&total); err != nil {
		return 0, fmt.Errorf("summing $others: %w", err)
	}
	return total, nil
}

"#,
    ],
    old: &[
        r#"
func read$Noun$n(path string) ([]byte, error) {
	data, err := ioutil.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return ioutil.ReadAll(bytes.NewReader(data))
}

"#,
        r#"
func routes$Noun$n(r *gin.Engine) {
	r.GET("/api/v1/$nouns/:id", func(c *gin.Context) {
		c.JSON(200, gin.H{"table": "SELECT 1 FROM legacy_sessions"})
	})
}

"#,
    ],
    mentions: &[
        "\n// ioutil went with Go 1.16; the $noun reads through os now.\n",
        "\nconst hint$n = \"ioutil is gone\"\n",
    ],
    tail: "",
};

const RUST: Language = Language {
    extension: "rs",
    head: r#"//! How a $noun and its $other are kept apart.

use std::collections::BTreeMap;
use std::fmt;

/// What can go wrong with a $noun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum $NounError {
    Missing(String),
    TooMany { limit: usize, found: usize },
}

impl fmt::Display for $NounError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

"#,
    functions: &[
        r#"
/// Gathers the $others of every $noun, by name.
pub fn $verb_$noun_$n(rows: &[$Noun], limit: usize) -> Result<BTreeMap<String, u64>, $NounError> {
    let mut totals = BTreeMap::new();
    for row in rows.iter().filter(|row| !row.name.is_empty()) {
        *totals.entry(row.name.clone()).or_default() += row.total;
    }
    if totals.len() > limit {
        // Better no answer than half of one.
        return Err($NounError::TooMany { limit, found: totals.len() });
    }
    Ok(totals)
}

"#,
        r#"
impl<'a> $Noun$Other$n<'a> {
    pub fn $verb(&mut self, key: &'a str) -> Option<&u64> {
        let seen = self.seen.entry(key).or_insert_with(|| (0, Vec::new()));
        seen.0 += 1;
        seen.1.push(key.len());
        match self.$other.get(key) {
            Some(total) if *total > 0 => Some(total),
            _ => None,
        }
    }
}

"#,
        r#"
#[cfg(test)]
mod $verb_$noun_$n_tests {
    use super::*;

    #[test]
    fn a_$noun_is_found_by_its_name() {
        let rows = vec![$Noun { name: "a".into(), total: 3 }, $Noun { name: "b".into(), total: 4 }];
        let found = rows.iter().find(|row| row.name == "b").map(|row| row.total);
        assert_eq!(found, Some(4), "{rows:?}");
    }
}

"#,
    ],
    old: &[
        r#"
pub fn lock_$noun_$n(state: &Mutex<$Noun>) -> u64 {
    let guard = lock_or_die(state);
    guard.total + lazy_static::initialize(&guard.name).len() as u64
}

"#,
        r#"
pub async fn rows_$noun_$n(pool: &Pool) -> Vec<Row> {
    sqlx::query("SELECT id FROM legacy_sessions WHERE total > 0").fetch_all(pool).await
}

"#,
    ],
    mentions: &[
        "\n// lock_or_die is what the $noun did before poisoning was handled.\n",
        "\npub const HINT_$n: &str = \"lazy_static is not needed for a $noun\";\n",
    ],
    tail: "",
};

const RUBY: Language = Language {
    extension: "rb",
    head: r##"# frozen_string_literal: true

require 'json'
require 'time'

# What a $noun is to the $other.
module $Noun$n
  LIMIT = 100

"##,
    functions: &[
        r##"
  # Lists the $others of a $noun, newest first.
  def self.$verb_$noun_$n($noun, limit: LIMIT)
    rows = $noun.parts.reject { |part| part.nil? || part[:$other].nil? }
    rows = rows.sort_by { |part| part[:at] }.reverse.first(limit)
    return [] if rows.empty?

    rows.map do |part|
      { id: part[:id], label: "#{part[:$other]} of #{$noun.name}", total: part[:total].round(2) }
    end
  end

"##,
        r##"
  class $Other$n
    attr_reader :name, :total

    def initialize(name, total = 0)
      @name = name.strip
      @total = Integer(total)
    end

    def $verb(other)
      raise ArgumentError, "no $other: #{other.inspect}" unless other.respond_to?(:total)

      self.class.new(name, total + other.total)
    end
  end

"##,
        r##"
  def self.read_$noun_$n(path)
    JSON.parse(File.read(path), symbolize_names: true).fetch(:$others, []).each_with_object({}) do |row, seen|
      seen[row[:id]] ||= Time.iso8601(row[:at])
    end
  rescue JSON::ParserError, KeyError => e
    warn "#{path}: #{e.message}"
    {}
  end

"##,
    ],
    old: &[
        r##"
  def self.escape_$noun_$n(text)
    URI.escape(text.to_s.strip)
  end

"##,
        r##"
  def self.sessions_$noun_$n
    connection.select_all("SELECT * FROM legacy_sessions WHERE $noun_id IS NOT NULL")
  end

"##,
    ],
    mentions: &[
        "\n  # URI.escape went with Ruby 3; the $noun is encoded elsewhere.\n",
        "\n  HINT_$n = 'URI.escape is gone from the $noun'\n",
    ],
    tail: "end\n",
};

const JAVA: Language = Language {
    extension: "java",
    head: r#"package com.example.$noun.$other;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keeps every $noun of one $other. */
public class $Noun$n {
    private static final int LIMIT = 100;
    private final Map<String, List<$Other>> known;

    public $Noun$n(Map<String, List<$Other>> known) {
        this.known = Map.copyOf(known);
    }

"#,
    functions: &[
        r#"
    /** Lists what is left of a $noun after the $other took its share. */
    public List<$Other> $verb$Noun$n(String name, int limit) {
        List<$Other> found = new ArrayList<>();
        for ($Other candidate : known.getOrDefault(name, List.of())) {
            if (candidate.total() <= 0 || found.size() >= Math.min(limit, LIMIT)) {
                continue; // Nothing is left of it.
            }
            found.add(candidate.with$Other(candidate.total() - 1));
        }
        return List.copyOf(found);
    }

"#,
        r#"
    public Optional<$Other> first$Other$n(String name) {
        return known.entrySet().stream()
            .filter(entry -> entry.getKey().startsWith(name))
            .flatMap(entry -> entry.getValue().stream())
            .filter(value -> value != null && value.total() > 0)
            .findFirst();
    }

"#,
        r#"
    @Override
    protected void $verb$Other$n(String key, $Other value) throws IllegalStateException {
        synchronized (known) {
            if (!known.containsKey(key)) {
                throw new IllegalStateException("no $noun named " + key);
            }
            known.get(key).add(value);
        }
    }

"#,
    ],
    old: &[
        r#"
    public Vector<$Other> vector$Noun$n() {
        Vector<$Other> all = new Vector<>();
        known.values().forEach(all::addAll);
        return all;
    }

"#,
        r#"
    @GetMapping("/api/v1/$nouns/{id}")
    public String read$Noun$n(String id) {
        return jdbc.queryForObject("SELECT name FROM legacy_sessions WHERE id = ?", String.class, id);
    }

"#,
    ],
    mentions: &[
        "\n    // Vector was here before the $noun became a List.\n",
        "\n    static final String HINT$n = \"see md5_hex in the $noun service\";\n",
    ],
    tail: "}\n",
};
