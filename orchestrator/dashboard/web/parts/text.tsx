/** Text from other accounts: its direction is isolated, and invisible characters become visible. */
import { clean } from '../../../presentation/text';

export const Text = ({ children }: { readonly children: string }) => <bdi>{clean(children)}</bdi>;
