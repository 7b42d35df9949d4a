-- The cases that every integration must agree on: `pandoc lua tests/cases.lua`, in this folder.

local folder = "_extensions/collapse-lab/"
PANDOC_SCRIPT_FILE = folder .. "collapse-lab.lua"
local parts
COLLAPSE_LAB_TEST = function(given) parts = given end
dofile(PANDOC_SCRIPT_FILE)

local file = assert(io.open("../cases.json", "r"))
local cases = pandoc.json.decode(file:read("a"), false)
file:close()

local failed = 0
local function expect(name, got, wanted)
  if got ~= wanted then
    failed = failed + 1
    io.stderr:write(("%s:\n got    %s\n wanted %s\n"):format(name, got, wanted))
  end
end
for _, case in ipairs(cases) do
  local made, line, wrong = parts.read(case.block, { src = "https://host/lab/" })
  expect(case.name, made and parts.html(made), case.html)
  expect(case.name, wrong, case.error)
  if case.line then expect(case.name, line, case.line) end
end
assert(#cases > 0, "no cases")
print(("%d passed, %d failed"):format(#cases - failed, failed))
os.exit(failed == 0)
