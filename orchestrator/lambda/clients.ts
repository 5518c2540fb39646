import { type Clients, createClients } from '../aws/clients';

let made: Clients | undefined;
/** One pool of connections for as long as Lambda keeps the function warm. */
export const clients = (): Clients => {
  made ??= createClients();
  return made;
};
