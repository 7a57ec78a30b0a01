/** Starts the server once for the whole run; what is returned stops it and fails the run if it does not end well. */
import { Server } from './server.ts';
import { publish } from './world.ts';

export default async function globalSetup(): Promise<() => Promise<void>> {
  const server = await Server.start();
  publish(server.world);
  return () => server.stop();
}
