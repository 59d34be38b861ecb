/** The text, cut to so many characters with an ellipsis where it is longer; never through a surrogate pair. */
export function shorten(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

// Shorter texts turn up inside innocent ones: a key "test" would take "test-image" apart.
const SHORTEST_SECRET = 6;

/** A function that puts `***` in place of the secrets wherever a text holds one: as it is, escaped by JSON, in lower case. */
export function redactor(...secrets: readonly string[]): (text: string) => string {
  const forms = secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), secret.toLowerCase()])
    // A shorter one may be part of a longer one, whose rest it would leave.
    .sort((one, other) => other.length - one.length);
  return (text) => forms.reduce((clean, form) => clean.replaceAll(form, '***'), text);
}

/** What a caught value says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
