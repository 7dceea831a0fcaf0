// The sandbox API. The header keeps other sites from posting here.

export async function read(path, query = {}) {
  return answer(await fetch(`/sim/api/${path}?${new URLSearchParams(query)}`));
}

export async function post(path, body) {
  const headers = { "Content-Type": "application/json", "X-Askfirst-Sandbox": "1" };
  return answer(await fetch(`/sim/api/${path}`, { method: "POST", headers, body: JSON.stringify(body) }));
}

async function answer(response) {
  const data = await response.json();
  if (!response.ok) throw new Error(data.detail || `HTTP ${response.status}`);
  return data;
}

export const link = (path, query) => `/sim/api/${path}?${new URLSearchParams(query)}`;
