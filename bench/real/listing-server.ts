import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { requestedPage } from '../../test/simulator/list.ts';

/** What a listing is full of besides the tasks that are waited for. */
export type Filling = 'other images' | 'the same repository';

const PAGE_SIZE = 100;
const CLUSTERS = 10;

/** Serves one listing as fast as it can, from pages made beforehand: the server is not what is measured. */
export class ListingServer implements AsyncDisposable {
  readonly #server: http.Server;
  #pollsUntilDone = 1;
  #polls = 0;

  private constructor(pages: readonly Buffer[], firstPageBefore: Buffer, beyond: Buffer) {
    this.#server = http.createServer(({ url }, response) => {
      const { searchParams } = new URL(url ?? '/', 'http://server.invalid');
      const page = requestedPage('v1', Object.fromEntries(searchParams)) ?? 1;
      if (page === 1) this.#polls += 1;
      const isBefore = page === 1 && this.#polls < this.#pollsUntilDone;
      const body = isBefore ? firstPageBefore : (pages[page - 1] ?? beyond);
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.byteLength });
      response.end(body);
    });
  }

  static async start(count: number, filling: Filling): Promise<ListingServer> {
    const pageCount = Math.ceil(count / PAGE_SIZE);
    const pages = Array.from({ length: pageCount }, (_, page) => pageOf(page, count, filling, 'Succeeded'));
    const server = new ListingServer(
      pages,
      pageOf(0, count, filling, 'Running'),
      pageOf(pageCount, count, filling, 'Succeeded'),
    );
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on the first task runs until the n-th poll. */
  finishAtPoll(n: number): void {
    this.#pollsUntilDone = n;
    this.#polls = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A page, from 0; `state` is that of the very first task. */
function pageOf(page: number, count: number, filling: Filling, state: string): Buffer {
  const first = page * PAGE_SIZE;
  const data = Array.from({ length: Math.max(0, Math.min(PAGE_SIZE, count - first)) }, (_, index) =>
    wireTask(first + index, filling, first + index === 0 ? state : 'Succeeded'),
  );
  return Buffer.from(JSON.stringify({ data, total: count }));
}

/** A task in the shape of the vendor's example. The first ten are of `team/pytorch`, the newest of it in each cluster. */
function wireTask(index: number, filling: Filling, state: string) {
  const createTime = 1_757_656_178 - index;
  const imageName = index < CLUSTERS || filling === 'the same repository' ? 'pytorch' : `app-${index % 50}`;
  const cluster = `cn-dev-${index % CLUSTERS}`;
  return {
    id: `task${index.toString(36).padStart(12, '0')}`,
    imageName,
    imageUrl: `registry.example.com/team/${imageName}:v${index}`,
    clusterId: cluster,
    clusterName: `v2测试(${cluster})`,
    products: index % 2 === 0 ? [] : [{ productId: '4090.18c.60g', productName: 'RTX 4090 24GB 18c' }],
    imageSize: '6762128493',
    createTime: String(createTime),
    state,
    completeTime: state === 'Succeeded' ? String(createTime + 90 + (index % 60)) : '0',
    note: 'pytorch',
    reason: index % 3 === 0 ? ['image pulled successfully'] : [],
    repositoryAuth: '',
  };
}
