"""ECGs for the tests of uploads: records, pages drawn from them, and pictures of other things."""

import array
import json
import os
import subprocess

RECORDS = os.path.join(os.path.dirname(__file__), "../../datasets/ptbxl-sample/records")
# Data that not every machine has.
SHARED = os.path.join(os.path.dirname(__file__), "../../../shared/data")


class Record:
    """A WFDB record of signals with 16 bits and 1000 units per mV, as in the sample."""

    def __init__(self, name):
        with open(os.path.join(RECORDS, name + ".hea"), encoding="ascii") as file:
            lines = file.read().splitlines()
        self.name, leads, rate, count = lines[0].split()[:4]
        self.rate = int(rate)
        self.leads = [line.split()[-1] for line in lines[1:1 + int(leads)]]
        values = array.array("h")
        with open(os.path.join(RECORDS, name + ".dat"), "rb") as file:
            values.frombytes(file.read())
        # mV by lead.
        self.signals = {lead: [value / 1000 for value in values[index::len(self.leads)]]
                        for index, lead in enumerate(self.leads)}

    def value(self, lead, seconds):
        return self.signals[lead][round(seconds * self.rate)]

    def swap(self, one, other):
        self.signals[one], self.signals[other] = self.signals[other], self.signals[one]

    def write(self, folder, name):
        """- Returns: the path without extension."""
        path = os.path.join(folder, name)
        columns = [self.signals[lead] for lead in self.leads]
        with open(path + ".dat", "wb") as file:
            file.write(array.array("h", [round(1000 * value) for row in zip(*columns) for value in row]).tobytes())
        with open(path + ".hea", "w", encoding="ascii") as file:
            file.write(f"{name} {len(self.leads)} {self.rate} {len(columns[0])}\n" + "".join(
                f"{name}.dat 16 1000.0(0)/mV 16 0 {round(1000 * self.signals[lead][0])} 0 0 {lead}\n"
                for lead in self.leads))
        return path


class Program:
    """The command line program next to the server."""

    def __init__(self, server):
        self.path = os.path.join(os.path.dirname(server), "heartsense")

    def run(self, *words):
        return subprocess.run([self.path, *words], check=True, capture_output=True, text=True, timeout=120).stdout

    def analyze(self, record):
        return json.loads(self.run("analyze", record, "--json"))

    def draw(self, record, output, *options):
        self.run("draw", record, "--output", output, *options)
        return output


def shared(*names):
    """Returns the path of a file of the shared data; None if it is not there."""
    path = os.path.join(SHARED, *names)
    return path if os.path.exists(path) else None


def empty_pdf():
    """Returns a PDF with an empty page."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
               b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 842 595] >>"]
    content, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return content + (b"xref\n0 4\n0000000000 65535 f \n" + table
                      + b"trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(content))


# Draws a cat on grass, which has colors, curves and texture like a photo.
CAT = """
const canvas = document.createElement("canvas");
[canvas.width, canvas.height] = [450, 350];
const pen = canvas.getContext("2d");
pen.scale(0.5, 0.5);
let seed = 7;
const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
pen.fillStyle = "#7fa65a";
pen.fillRect(0, 0, 900, 700);
for (let index = 0; index < 9000; index += 1) {
  pen.strokeStyle = `hsl(${90 + 30 * random()} 40% ${25 + 30 * random()}%)`;
  pen.beginPath();
  const [x, y] = [900 * random(), 700 * random()];
  pen.moveTo(x, y);
  pen.lineTo(x + 12 * random() - 6, y - 18 * random());
  pen.stroke();
}
const ellipse = (x, y, width, height, color) => {
  pen.fillStyle = color;
  pen.beginPath();
  pen.ellipse(x, y, width, height, 0, 0, 2 * Math.PI);
  pen.fill();
};
ellipse(450, 480, 210, 160, "#9a6b3f");
ellipse(450, 270, 130, 110, "#a97848");
for (const side of [-1, 1]) {
  pen.fillStyle = "#9a6b3f";
  pen.beginPath();
  pen.moveTo(450 + side * 120, 240);
  pen.lineTo(450 + side * 110, 110);
  pen.lineTo(450 + side * 30, 180);
  pen.fill();
  ellipse(450 + side * 50, 255, 20, 26, "#d8e05a");
  ellipse(450 + side * 50, 255, 7, 22, "#111111");
  for (let hair = 0; hair < 4; hair += 1) {
    pen.strokeStyle = "#f0e8dc";
    pen.beginPath();
    pen.moveTo(450 + side * 20, 310);
    pen.lineTo(450 + side * 190, 280 + 20 * hair);
    pen.stroke();
  }
}
ellipse(450, 300, 14, 9, "#c97b7b");
return canvas.toDataURL("image/jpeg", 0.9).split(",")[1];
"""

# Cuts parts out of a picture. Arguments: the picture in base64, and boxes of left, top, width and height.
CROP = """
const [picture, boxes, done] = arguments;
const image = new Image();
image.onload = () => done(boxes.map(([left, top, width, height]) => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  canvas.getContext("2d").drawImage(image, -left, -top);
  return canvas.toDataURL("image/png").split(",")[1];
}));
image.src = "data:image/png;base64," + picture;
"""
