/** Text that others wrote: it keeps its direction to itself, and shows what would be invisible. */
import { clean } from '../../../presentation/text';

export const Text = ({ children }: { readonly children: string }) => <bdi>{clean(children)}</bdi>;
