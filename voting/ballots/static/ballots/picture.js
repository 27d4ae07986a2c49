// Saves the receipt as a picture, where the browser can: WeChat's cannot save files from a page.

export const canSave = () =>
  typeof HTMLCanvasElement.prototype.toBlob === "function" && !/MicroMessenger/i.test(navigator.userAgent);

function load(address) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = reject;
    image.src = address;
  });
}

export async function savePicture(receipt, { data, say, clock }) {
  const width = 720;
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = 1000;
  const pen = canvas.getContext("2d");
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const write = (text, y, size, weight, tone) => {
    pen.font = `${weight} ${size}px ${colour("--font")}`;
    pen.fillStyle = colour(tone);
    pen.fillText(text, width / 2, y);
  };
  const [qr, mark] = await Promise.all([load(document.getElementById("receipt-qr").src), load(data.urls.mark)]);
  pen.fillStyle = colour("--surface");
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.textAlign = "center";
  pen.drawImage(mark, width / 2 - 48, 48, 96, 96);
  write(say("receipt.title"), 208, 44, 700, "--ink");
  write(document.querySelector("h1").textContent.slice(0, 22), 264, 28, 400, "--ink-2");
  write(clock.dated(receipt.accepted_ms, true), 308, 26, 400, "--ink-2");
  pen.imageSmoothingEnabled = false;
  pen.drawImage(qr, width / 2 - 200, 360, 400, 400);
  write((receipt.code.match(/.{1,4}/g) || []).join(" "), 840, 52, 700, "--ink");
  write(window.location.host + data.urls.qr.replace("{code}.svg", receipt.code), 900, 22, 400, "--ink-2");
  canvas.toBlob((blob) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${data.slug}-${receipt.code}.png`;
    document.body.append(link);
    link.click();
    link.remove();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }, "image/png");
}
