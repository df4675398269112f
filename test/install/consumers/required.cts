// A CommonJS program that loads the package by require().
import streamer = require('pi-camera-streamer');
import rtp = require('pi-camera-streamer/rtp');

async function main(options: streamer.CameraOptions): Promise<void> {
  const camera: streamer.Camera = await streamer.openCamera(options);
  const batch = new rtp.PacketBatch();
  console.log(JSON.stringify({ width: camera.plan.width, packets: batch.packetCount }));
  await camera.close();
}

void main({ device: 'test', width: 320 });
