export class HttpClient {
  constructor() {
    throw new Error('This action requests no OIDC token');
  }
}
