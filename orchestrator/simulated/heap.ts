/** A binary heap: the first item by `before` comes out first. */
export interface Heap<T> {
  readonly size: () => number;
  readonly peek: () => T | undefined;
  readonly push: (item: T) => void;
  readonly pop: () => T | undefined;
}

export function createHeap<T>(before: (a: T, b: T) => boolean): Heap<T> {
  const items: T[] = [];
  const swapIfBefore = (child: number, parent: number): boolean => {
    const a = items[child];
    const b = items[parent];
    if (a === undefined || b === undefined || !before(a, b)) return false;
    items[child] = b;
    items[parent] = a;
    return true;
  };
  const rise = (from: number): void => {
    for (let at = from; at > 0 && swapIfBefore(at, (at - 1) >> 1); at = (at - 1) >> 1);
  };
  const sink = (): void => {
    for (let at = 0; ; ) {
      const [left, right] = [items[2 * at + 1], items[2 * at + 2]];
      if (left === undefined) return;
      const child = right !== undefined && before(right, left) ? 2 * at + 2 : 2 * at + 1;
      if (!swapIfBefore(child, at)) return;
      at = child;
    }
  };
  return {
    size: () => items.length,
    peek: () => items[0],
    push: (item) => {
      items.push(item);
      rise(items.length - 1);
    },
    pop: () => {
      const first = items[0];
      const last = items.pop();
      if (items.length > 0 && last !== undefined) {
        items[0] = last;
        sink();
      }
      return first;
    },
  };
}
