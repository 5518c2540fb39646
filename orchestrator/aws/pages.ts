import { errors } from '../domain/errors';
import { calling } from './failures';

/** The largest list: 100,000 instances of a StackSet, 100 per page [doc:AWSCloudFormation/cloudformation-limits]. */
const pagesMax = 1_000;

/** Returns all items of all pages of a call. An endless list, or one beyond the limit of the caller, is an error. */
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
      if (seen > most) throw errors.limitExceeded(`the response of ${call}`, `${most} pages`);
      items.push(...(itemsOf(page) ?? []));
    }
    return items;
  });
