// A heading or a notice: a title and a sentence, as text.

export default function note({ data, parentElement }) {
  const box = parentElement.querySelector(".note-box");
  box.className = `note-box ${data.tone}`;
  if (data.tone === "error") box.setAttribute("role", "alert");
  fill(box, el(data.tone === "heading" ? "h1" : "b", {}, data.title), foreign(data.text, "p"));
}
