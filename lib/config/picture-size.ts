import type { CameraConfig, SizeConfig } from './config.js';

/** The picture after rotation; undefined where only the file that is played knows. */
export function rotatedSize({ source, flipMethod, width, height }: CameraConfig): SizeConfig | undefined {
  if (source.kind === 'file') return undefined;
  const turned = flipMethod === 'rotate-90' || flipMethod === 'rotate-270';
  return turned ? { width: height, height: width } : { width, height };
}

/** The size of the JPEGs; undefined as above. The picture is rotated, then cropped, then scaled. */
export function outputSize(camera: CameraConfig): SizeConfig | undefined {
  if (camera.scaleTo) return camera.scaleTo;
  const picture = rotatedSize(camera);
  const { crop } = camera;
  if (!picture || !crop) return picture;
  return { width: crop.width || picture.width - crop.x, height: crop.height || picture.height - crop.y };
}
