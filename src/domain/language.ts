/** BCP 47 tag of a language that callers may hear. */
export type Language = string

/** A text per language, as flows write it. */
export type Localized = Readonly<Record<Language, string>>
