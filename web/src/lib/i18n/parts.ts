// Types that make a missing key a failed check, in either language.

/** The same keys with other sentences: a key too few or too many does not compile. */
export type Translated<English> = { readonly [Key in keyof English]: string };

/** Names in braces in a sentence. */
export type Names<Sentence> = Sentence extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;

/** Arguments of a sentence: none, or one record that has each name. */
export type Arguments<Sentence> = [Names<Sentence>] extends [never]
  ? []
  : [values: Record<Names<Sentence>, string | number>];
