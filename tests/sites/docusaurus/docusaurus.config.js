// The smallest site of the real Docusaurus: no blog, no search.
export default {
  title: "A tiny site",
  url: "http://localhost",
  baseUrl: "/docusaurus/",
  onBrokenLinks: "throw",
  themes: ["@docusaurus/theme-classic"],
  plugins: [["@docusaurus/plugin-content-docs", { routeBasePath: "/", sidebarPath: false }]],
};
