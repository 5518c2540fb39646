import { errors } from '../domain/errors';
import { calling } from './failures';

/** The largest list there is: a StackSet's 100,000 instances, 100 a page [doc:AWSCloudFormation/cloudformation-limits]. */
const pagesMax = 1_000;

/** Every item of every page of one call. A list that does not end, or goes on past what the caller can bear, is an error. */
export const everyItem = <Page, T>(
  call: string,
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly T[] | undefined,
  most = pagesMax,
): Promise<readonly T[]> =>
  calling(call, async () => {
    const items: T[] = [];
    let seen = 0;
    for await (const page of pages) {
      seen += 1;
      if (seen > most) throw errors.limitExceeded(`the answer of ${call}`, `${most} pages`);
      items.push(...(itemsOf(page) ?? []));
    }
    return items;
  });
