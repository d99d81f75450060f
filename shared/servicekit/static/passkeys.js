// Passkeys (Web Authentication) for forms: <form data-passkey="get|create" data-challenge="address">.
// What needs a passkey is hidden until it is known that the browser has them: [data-passkey-only].
"use strict";

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const described = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

const ask = {
  create: (options) =>
    navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        user: { ...options.user, id: bytes(options.user.id) },
        excludeCredentials: described(options.excludeCredentials),
      },
    }),
  get: (options) =>
    navigator.credentials.get({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        allowCredentials: described(options.allowCredentials),
      },
    }),
};

function told(credential) {
  const said = credential.response;
  const response = { clientDataJSON: text(said.clientDataJSON) };
  if (said.attestationObject) {
    response.attestationObject = text(said.attestationObject);
    response.transports = said.getTransports ? said.getTransports() : [];
  } else {
    response.authenticatorData = text(said.authenticatorData);
    response.signature = text(said.signature);
    response.userHandle = said.userHandle ? text(said.userHandle) : null;
  }
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: {},
    response,
  });
}

async function show(form) {
  const answer = await fetch(form.dataset.challenge, { method: "POST", body: new FormData(form) });
  if (!answer.ok) {
    const problem = await answer.json();
    throw new Error(problem.detail || problem.title);
  }
  const { ceremony, options } = await answer.json();
  const credential = await ask[form.dataset.passkey](options);
  form.elements.ceremony.value = ceremony;
  form.elements.credential.value = told(credential);
  form.submit();
}

if (window.PublicKeyCredential) {
  for (const part of document.querySelectorAll("[data-passkey-only]")) part.hidden = false;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const failed = form.querySelector("[data-passkey-failed]");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = form.querySelector("button");
      button.disabled = true;
      failed.hidden = true;
      try {
        await show(form);
      } catch (error) {
        const isKnown = error instanceof DOMException || error instanceof TypeError;
        failed.textContent = isKnown ? failed.dataset.passkeyFailed : error.message;
        failed.hidden = false;
        button.disabled = false;
      }
    });
  }
}
