
// Draws the card beside its form while somebody types. Words go in as text, never as markup; nothing is fetched or sent.
(() => {
  "use strict";
  const form = document.querySelector("form");
  const card = document.getElementById("draft").content.querySelector(".pair").cloneNode(true);
  const place = document.getElementById("preview");
  const [things, liked] = card.querySelectorAll(".front .three");
  const ways = [...card.querySelector(".back > .ways").children];
  const letters = card.querySelector(".avatar");
  const photo = new Image();
  let chosen = "";

  const text = (name) => form.elements[name].value.replace(/\s+/g, " ").trim();
  const say = (element, words) => { element.textContent = words; };
  const show = (element, is) => { element.style.display = is ? "" : "none"; };
  const initials = (name) => {
    const firsts = name.split(" ").filter((word) => /^\p{L}/u.test(word)).map((word) => [...word][0].toUpperCase());
    return [...new Set([0, firsts.length - 1])].map((at) => firsts[at] || "").join("") || "?";
  };

  const fill = (list, field) => [...list.children].forEach((line, at) => {
    say(line.firstElementChild, text(`${field}.${at + 1}`));
    show(line, text(`${field}.${at + 1}`));
  });

  const drawPhoto = () => {
    const kept = document.querySelector(".kept img"), remove = form.elements["picture.remove"];
    const source = chosen || (kept && !(remove && remove.checked) ? kept.src : "");
    if (source && photo.src !== source) photo.src = source;
    photo.alt = text("alt");
    show(photo, source);
    show(letters, !source);
  };

  const draw = () => {
    say(card.querySelector(".whose > bdi"), text("name"));
    say(letters.querySelector("text"), initials(text("name")));
    say(card.querySelector(".pronouns > bdi"), text("pronouns"));
    say(card.querySelector(".front > p"), text("what_i_do"));
    fill(things, "three_things");
    fill(liked, "liked");
    show(card.querySelector(".next"), [1, 2, 3].some((number) => text(`liked.${number}`)));
    ways.forEach((line, at) => {
      const kind = form.elements[`kind.${at + 1}`], [label, value] = line.querySelectorAll("bdi");
      say(label, kind.selectedOptions[0].text);
      say(value, text(`value.${at + 1}`));
      show(line, kind.value);
    });
    say(card.querySelector(".hours"), text("hours"));
    drawPhoto();
  };

  const choose = (file) => {
    chosen = "";
    if (!file) return draw();
    const reader = new FileReader();
    reader.onload = () => { chosen = reader.result; draw(); };
    reader.readAsDataURL(file);
  };

  ways.forEach((line) => line.firstElementChild.removeAttribute("href"));
  letters.before(photo);
  photo.onerror = () => { chosen = ""; drawPhoto(); };
  place.querySelector(".pair")?.remove();
  place.append(card);
  place.hidden = false;
  place.parentElement.classList.add("beside");
  form.addEventListener("input", draw);
  form.elements.picture.addEventListener("change", (event) => choose(event.target.files[0]));
  draw();
})();
