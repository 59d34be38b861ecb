/**
 * A container image reference, `[host[:port]/]path[:tag][@digest]`; what was not written is `null`.
 * Grammar: https://pkg.go.dev/github.com/distribution/reference
 */
export interface ImageReference {
  readonly host: string | null;
  readonly path: string;
  readonly tag: string | null;
  readonly digest: string | null;
}

/** A reference with the usual defaults filled in: which image a task warms. */
export interface ResolvedImage extends ImageReference {
  readonly host: string;
}

const DEFAULT_HOST = 'docker.io';
// The API takes addresses of up to 500 characters; the limit keeps the patterns below away from hostile lengths.
export const LONGEST_REFERENCE = 500;

const HOST_LABEL = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';
const HOST = new RegExp(`^(?:${HOST_LABEL}(?:\\.${HOST_LABEL})*|\\[[0-9a-f:.]+\\])(?::[0-9]{1,5})?$`);
const PATH_COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[a-z][a-z0-9]*(?:[+._-][a-z][a-z0-9]*)*:[0-9a-f]{32,}$/;

/**
 * Reads a full or partial reference of up to 500 characters. Hosts come back in lower case, `index.docker.io` as
 * `docker.io`; an official image named with its host (`docker.io/nginx`) gets its `library/`.
 * @returns the reference; null when the text is not one.
 */
export function parseImageReference(text: string): ImageReference | null {
  if (text.length > LONGEST_REFERENCE) return null;
  const [address = '', digestText, ...excess] = text.split('@');
  if (excess.length > 0) return null;
  const digest = digestText?.toLowerCase() ?? null;
  if (digest !== null && !DIGEST.test(digest)) return null;

  const colon = address.lastIndexOf(':');
  const hasTag = colon > address.lastIndexOf('/');
  const tag = hasTag ? address.slice(colon + 1) : null;
  if (tag !== null && !TAG.test(tag)) return null;

  const components = (hasTag ? address.slice(0, colon) : address).split('/');
  const host =
    components.length > 1 && isHost(components[0] ?? '') ? hostFrom(components.shift() ?? '') : null;
  if (host !== null && !HOST.test(host)) return null;
  if (!components.every((component) => PATH_COMPONENT.test(component))) return null;
  if (host === DEFAULT_HOST && components.length === 1) components.unshift('library');
  return { host, path: components.join('/'), tag, digest };
}

/** The text with the capitals of its path lowered; host, tag and digest stay as they are. */
export function withLowerCasePath(text: string): string {
  const slash = text.indexOf('/');
  const pathStart = slash >= 0 && isHost(text.slice(0, slash)) ? slash : 0;
  const end = text.slice(pathStart).search(/[:@]/);
  const pathEnd = end < 0 ? text.length : pathStart + end;
  return text.slice(0, pathStart) + lowerCase(text.slice(pathStart, pathEnd)) + text.slice(pathEnd);
}

/** ASCII only: another script's capital must not turn into a letter that a path may have. */
function lowerCase(text: string): string {
  return text.replaceAll(/[A-Z]/g, (capital) => capital.toLowerCase());
}

function isHost(component: string): boolean {
  return /[.:]/.test(component) || component.toLowerCase() === 'localhost';
}

function hostFrom(component: string): string {
  const host = component.toLowerCase();
  return host === `index.${DEFAULT_HOST}` ? DEFAULT_HOST : host;
}

/**
 * The image that a task's address names, with the usual defaults: `docker.io`, `library/`, and the tag `latest` when
 * it has neither tag nor digest.
 * @returns `null` when the address is not an image reference.
 */
export function resolveImage(address: string): ResolvedImage | null {
  const written = parseImageReference(address);
  if (written === null) return null;
  const isOfficial = written.host === null && !written.path.includes('/');
  return {
    host: written.host ?? DEFAULT_HOST,
    path: isOfficial ? `library/${written.path}` : written.path,
    tag: written.tag ?? (written.digest === null ? 'latest' : null),
    digest: written.digest,
  };
}

/** Host and path of an image, the part that all its tags and digests share. */
export function repositoryOf(image: ResolvedImage): string {
  return `${image.host}/${image.path}`;
}

/** The last component of the path, which is what the API calls the image's name. */
export function imageNameOf(reference: ImageReference): string {
  return reference.path.slice(reference.path.lastIndexOf('/') + 1);
}

/** Whether the path is the image's, which it must be whole where the reference has a host. */
export function hasPath(image: ResolvedImage, partial: ImageReference): boolean {
  return partial.host === null ? `/${image.path}`.endsWith(`/${partial.path}`) : partial.path === image.path;
}

/** The part of an image in which it differs from a partial reference; `null` when it matches. */
export function differingPart(
  partial: ImageReference,
  image: ResolvedImage,
): 'host' | 'path' | 'tag' | 'digest' | null {
  if (!hasPath(image, partial)) return 'path';
  if (partial.host !== null && partial.host !== image.host) return 'host';
  if (partial.tag !== null && partial.tag !== image.tag) return 'tag';
  return partial.digest !== null && partial.digest !== image.digest ? 'digest' : null;
}
