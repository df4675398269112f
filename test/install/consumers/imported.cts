// A CommonJS program that loads the package by import(), which is all that TypeScript knows with node16.
import type { CameraOptions } from 'pi-camera-streamer' with { 'resolution-mode': 'import' };

async function main(options: CameraOptions): Promise<void> {
  const { openCamera } = await import('pi-camera-streamer');
  const { PacketBatch } = await import('pi-camera-streamer/rtp');
  const camera = await openCamera(options);
  const batch = new PacketBatch();
  console.log(JSON.stringify({ width: camera.plan.width, packets: batch.packetCount }));
  await camera.close();
}

void main({ device: 'test', width: 320 });
