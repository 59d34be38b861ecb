/** The products that a number of tasks of one repository in one cluster cover, to be asked task by task. */
export class Coverage {
  #hasWholeCluster = false;
  readonly #byProduct = new Map<string, ReadonlySet<string>[]>();

  /** Adds the products of one task; none: it covers the whole cluster. */
  add(productIds: readonly string[]): void {
    if (productIds.length === 0) this.#hasWholeCluster = true;
    const products = new Set(productIds);
    for (const productId of products) {
      const others = this.#byProduct.get(productId);
      if (others) others.push(products);
      else this.#byProduct.set(productId, [products]);
    }
  }

  /** Whether a single one of the added tasks covers all these products; none stands for the whole cluster. */
  coversAll(productIds: readonly string[]): boolean {
    if (this.#hasWholeCluster) return true;
    const rivals = productIds.map((productId) => this.#byProduct.get(productId) ?? []);
    const [fewest = []] = rivals.sort((one, other) => one.length - other.length);
    return fewest.some((products) => productIds.every((productId) => products.has(productId)));
  }
}
