//! Choices that are one word each, stored and shown alike.

/// Declares an enum whose variants are words: how they are written, read, shown and serialised.
macro_rules! choice {
    (
        $(#[$meta:meta])*
        $visibility:vis enum $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident = $word:literal,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $visibility enum $name {
            $($(#[$variant_meta])* $variant,)+
        }

        impl $name {
            /// Every choice, in the order declared.
            $visibility const ALL: [Self; [$($word),+].len()] = [$(Self::$variant,)+];

            /// Returns the word stored and shown.
            $visibility const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::model::choice::UnknownChoice;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let found = Self::ALL.iter().find(|choice| choice.as_str() == text);
                found.copied().ok_or($crate::model::choice::UnknownChoice { known: &[$($word,)+] })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <String as serde::Deserialize>::deserialize(deserializer)?;
                word.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use choice;

/// A word that is none of the choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownChoice {
    /// The words there are.
    pub known: &'static [&'static str],
}

impl std::fmt::Display for UnknownChoice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "expected one of {}", self.known.join(", "))
    }
}

impl std::error::Error for UnknownChoice {}

#[cfg(test)]
mod tests {
    choice! {
        /// Two ways.
        enum Way {
            /// Up.
            Up = "up",
            /// Down.
            Down = "down_hill",
        }
    }

    #[test]
    fn a_word_is_the_same_everywhere() {
        for way in Way::ALL {
            assert_eq!(way.as_str().parse(), Ok(way));
            assert_eq!(way.to_string(), way.as_str());
            let json = serde_json::to_value(way).unwrap();
            assert_eq!(json, way.as_str());
            assert_eq!(serde_json::from_value::<Way>(json).unwrap(), way);
        }
        let unknown = "left".parse::<Way>().unwrap_err();
        assert_eq!(unknown.to_string(), "expected one of up, down_hill");
        assert_eq!(format!("{:<6}|", Way::Up), "up    |");
    }
}
