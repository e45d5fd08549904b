-- docs/features.md: a line for each feature, once, with a status, and files that are there.
local function rows()
  local list = {}
  for line in io.lines("docs/features.md") do
    local id, status, where = line:match("^| (%u+%d[%d.]*) | .* | ([%a/]+) | (.-) ?|$")
    if id then list[#list + 1] = {id = id, status = status, where = where} end
    assert(id or not line:match("^| %u+%d"), line)
  end
  return list
end

local STATUS = {yes = true, partly = true, no = true, ["n/a"] = true}

describe("docs/features.md", function()
  it("has each feature once, with a status", function()
    local seen = {}
    for _, row in ipairs(rows()) do
      assert.is_nil(seen[row.id], row.id)
      assert.is_true(STATUS[row.status], row.id)
      seen[row.id] = true
    end
    assert.is_true(#rows() > 500)
  end)

  it("says of what is there where it is specified, and of what is there in part what is missing", function()
    for _, row in ipairs(rows()) do
      local needed = {yes = 1, partly = 2}
      local _, parts = row.where:gsub("[^;]+", "")
      assert.is_true(parts >= (needed[row.status] or 0), row.id)
    end
  end)

  it("names files that there are", function()
    for _, row in ipairs(rows()) do
      for path in row.where:gmatch("[%a_]+/[%w_/]+%.%a+") do
        local file = io.open(path)
        assert(file, row.id .. ": there is no " .. path)
        file:close()
      end
    end
  end)
end)
