/** The text, cut to so many characters with an ellipsis where it is longer; never through a surrogate pair. */
export function shorten(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

// Shorter texts turn up inside innocent ones: a key "test" would take "test-image" apart.
const SHORTEST_SECRET = 6;

/** A function that puts `***` in place of the secret wherever a text holds it: as it is, escaped by JSON, in lower case. */
export function redactor(secret: string): (text: string) => string {
  if (secret.length < SHORTEST_SECRET) return (text) => text;
  const forms = new Set([secret, JSON.stringify(secret).slice(1, -1), secret.toLowerCase()]);
  return (text) => [...forms].reduce((clean, form) => clean.replaceAll(form, '***'), text);
}
