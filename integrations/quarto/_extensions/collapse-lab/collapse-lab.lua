-- A filter of pandoc and Quarto: code blocks of the class `collapse-lab` become live experiments in HTML,
-- and a picture with a link elsewhere. Must not know how an experiment is shown: that is `embed.js`.

-- The options and scenarios, from the one table all integrations share.
local function read_table()
  local path
  if quarto and quarto.utils and quarto.utils.resolve_path then
    path = quarto.utils.resolve_path("options.json")
  else
    path = pandoc.path.join({ pandoc.path.directory(PANDOC_SCRIPT_FILE), "options.json" })
  end
  local file = assert(io.open(path, "r"), path .. " is missing; it belongs beside the filter")
  local text = file:read("a")
  file:close()
  return pandoc.json.decode(text, false)
end

local known = read_table()

local function is_whole(value)
  return value:match("^[0-9]+$") ~= nil
end

-- Anything else, such as `javascript:`, must not become a link.
local function is_address(value)
  for _, start in ipairs({ "https://", "http://", "/", "./", "../" }) do
    if value:sub(1, #start) == start then return true end
  end
  return false
end

local function contains(list, value)
  for _, each in ipairs(list) do
    if each == value then return true end
  end
  return false
end

-- Why `value` is none for the option `name`; nil where it is one.
local function fault(name, value)
  local option, names = nil, {}
  for _, each in ipairs(known.options) do
    table.insert(names, each.name)
    if each.name == name then option = each end
  end
  if not option then
    return ('collapse-lab has no option "%s"; there are %s'):format(name, table.concat(names, ", "))
  end
  local wrong
  if option.kind == "address" and not is_address(value) then
    wrong = "no address (https://… or a path that begins with / or .)"
  elseif option.kind == "scenario" and not known.scenarios[value] then
    wrong = "no scenario"
  elseif option.kind == "whole" and not is_whole(value) then
    wrong = "no whole number"
  elseif option.kind == "height" and value ~= "auto" and not is_whole(value) then
    wrong = "neither auto nor a number of pixels"
  elseif option.kind == "choice" and not contains(option.choices, value) then
    wrong = "none of " .. table.concat(option.choices, ", ")
  end
  return wrong and ('%s: "%s" is %s'):format(name, value, wrong)
end

-- Text as it stands in HTML, inside quotes or not.
local function escape(text)
  return (text:gsub('[&<>"]', { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }))
end

-- The experiment that `options` (names to texts) ask for, or nil and what is wrong.
local function experiment(options)
  if not options.src then return nil, "collapse-lab needs src, the address of a Collapse Lab" end
  if (options.preset == nil) == (options.experiment == nil) then
    return nil, "collapse-lab needs either preset or experiment"
  end
  local made = { options = options, src = options.src:gsub("/+$", "") .. "/" }
  if options.preset then
    local scenario = known.scenarios[options.preset]
    made.fragment = "scenario=" .. options.preset
    made.poster = made.src .. "posters/" .. options.preset
    made.title, made.promise = scenario.title, scenario.promise
  else
    made.fragment = options.experiment
    made.title, made.promise = "An experiment", "A classifier in training"
  end
  if options.seed then
    made.fragment = made.fragment
      .. ("&seed_data=%s&seed_weights=%s&seed_order=%s"):format(options.seed, options.seed, options.seed)
  end
  made.link = made.src .. "#" .. made.fragment
  made.title = options.title or made.title
  made.picture = made.poster and made.poster .. ".svg" or made.src .. "icon.svg"
  return made
end

-- The scenario's poster, which comes in light and dark; the lab's icon where there is none.
local function picture(made)
  local theme, shown, other = made.options.theme or "auto", made.picture, ""
  local size = made.poster and 'width="700" height="420"' or 'width="96" height="96"'
  if made.poster and theme == "dark" then
    shown = made.poster .. "-dark.svg"
  elseif made.poster and theme == "auto" then
    other = ('<source media="(prefers-color-scheme: dark)" srcset="%s">'):format(escape(made.poster .. "-dark.svg"))
  end
  return ('<picture>%s<img src="%s" alt="%s" %s loading="lazy"></picture><br>'):format(
    other, escape(shown), escape(made.promise), size)
end

-- For a browser: the element, in it a link and a picture for everybody else.
local function html(made)
  local attributes = {}
  for _, option in ipairs(known.options) do
    local value = made.options[option.name]
    if value then
      if option.name == "src" then value = made.src end
      table.insert(attributes, (' %s="%s"'):format(option.name, escape(value)))
    end
  end
  return ('<collapse-lab%s>\n<a href="%s">%s%s · Collapse Lab</a>\n</collapse-lab>\n<script type="module" src="%sembed.js"></script>\n'):format(
    table.concat(attributes), escape(made.link), picture(made), escape(made.title), escape(made.src))
end

-- Options of a block's text, `name: value` a line, over `defaults`; or nil, the line (0 is the fence) and
-- what is wrong.
local function read(text, defaults)
  local options, own, number = {}, {}, 0
  for name, value in pairs(defaults) do options[name] = value end
  for line in (text .. "\n"):gmatch("(.-)\n") do
    number = number + 1
    line = line:gsub("^%s+", ""):gsub("%s+$", "")
    if line ~= "" then
      local name, value = line:match("^(.-)%s*:%s*(.*)$")
      if not name then return nil, number, ('"%s": expected name: value'):format(line) end
      local wrong = fault(name, value)
      if wrong then return nil, number, wrong end
      if own[name] then return nil, number, name .. " is given twice" end
      own[name], options[name] = true, value
    end
  end
  local made, wrong = experiment(options)
  return made, 0, wrong
end

local defaults, count = {}, 0

-- `collapse-lab:` in the document's or project's metadata has options for every block.
local function read_defaults(meta)
  for name, value in pairs(meta["collapse-lab"] or {}) do
    local text = pandoc.utils.stringify(value)
    local wrong = fault(name, text)
    if wrong then error("metadata collapse-lab: " .. wrong, 0) end
    defaults[name] = text
  end
end

local function show(block)
  if not block.classes:includes("collapse-lab") then return nil end
  count = count + 1
  local made, line, wrong = read(block.text, defaults)
  if not made then
    -- pandoc tells filters no lines of the file.
    local file = PANDOC_STATE.input_files[1] or "standard input"
    error(("%s: block %d of collapse-lab, line %d: %s"):format(file, count, line, wrong), 0)
  end
  -- An EPUB is HTML too, but its readers run no scripts.
  if FORMAT:match("^html") or FORMAT:match("slides") or FORMAT == "revealjs" then
    return pandoc.RawBlock("html", html(made))
  end
  local words = pandoc.Inlines(made.title .. " · Collapse Lab")
  local told = pandoc.Para({ pandoc.Link(words, made.link), pandoc.Str(":"), pandoc.Space() } .. pandoc.Inlines(made.promise))
  -- LaTeX and Typst cannot fetch a picture, or not as SVG.
  if FORMAT:match("latex") or FORMAT == "beamer" or FORMAT == "context" or FORMAT == "typst" then
    return told
  end
  local image = pandoc.Image(pandoc.Inlines(made.promise), made.picture)
  return { pandoc.Para({ pandoc.Link({ image }, made.link) }), told }
end

-- The tests ask for the parts.
if COLLAPSE_LAB_TEST then COLLAPSE_LAB_TEST({ read = read, html = html }) end

return { { Meta = read_defaults }, { CodeBlock = show } }
