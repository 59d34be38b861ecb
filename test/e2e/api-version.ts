import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** The version of the API that a project of end-to-end tests runs against. */
    readonly apiVersion: 'v1' | 'v2';
  }
}

export const API_VERSION = inject('apiVersion');
