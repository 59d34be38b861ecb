// Shorter texts turn up inside innocent ones: a key "test" would take "test-image" apart.
const SHORTEST_SECRET = 6;

/** The secret as it may come back: as it is, in lower case, escaped by JSON, percent-encoded. */
function formsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const encoded = encodeURIComponent(secret.toWellFormed());
  const lowerHex = encoded.replace(/%../g, (octet) => octet.toLowerCase());
  // Some encoders of JSON escape slashes too.
  const slashed = [secret, json].map((text) => text.replaceAll('/', '\\/'));
  return [secret, secret.toLowerCase(), json, ...slashed, encoded, lowerHex];
}

/** A function that puts `***` in place of the secrets wherever a text holds one, in any of its usual forms. */
export function redactor(...secrets: readonly string[]): (text: string) => string {
  const forms = secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .flatMap(formsOf)
    // A shorter one may be part of a longer one, whose rest it would leave.
    .sort((one, other) => other.length - one.length);
  return (text) => forms.reduce((clean, form) => clean.replaceAll(form, '***'), text);
}
