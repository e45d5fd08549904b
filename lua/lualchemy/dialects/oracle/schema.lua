--- Schema items of la.oracle: how a vector is indexed.
local args = require "lualchemy.args"
local base = require "lualchemy.sql.schema_base"
local err = require "lualchemy.error"

local VectorIndexType = {HNSW = "HNSW", IVF = "IVF"}
local VectorDistanceType = {EUCLIDEAN = "EUCLIDEAN", DOT = "DOT", COSINE = "COSINE", MANHATTAN = "MANHATTAN"}

local NUMBERS = {"accuracy", "hnsw_neighbors", "hnsw_efconstruction", "ivf_neighbor_partitions",
  "ivf_sample_per_partition", "ivf_min_vectors_per_partition", "parallel"}
local KEYWORDS = base.keywords("index_type distance " .. table.concat(NUMBERS, " "))

--- The settings of a vector index, for Index{…, oracle_vector = …}.
--- @return table
local function VectorIndexConfig(...)
  local _, o = args.brace("VectorIndexConfig", KEYWORDS, ...)
  local config = {index_type = o.index_type or VectorIndexType.HNSW, distance = o.distance}
  if not VectorIndexType[config.index_type] then
    err.raise("ArgumentError", "VectorIndexConfig: argument 'index_type' must be HNSW or IVF, got %s",
      tostring(config.index_type))
  end
  for _, name in ipairs(NUMBERS) do
    if o[name] ~= nil and type(o[name]) ~= "number" then
      err.raise("ArgumentError", "%s must be an integer if provided, got %s", name, type(o[name]))
    end
    config[name] = o[name]
  end
  return config
end

return {VectorIndexConfig = VectorIndexConfig, VectorIndexType = VectorIndexType,
  VectorDistanceType = VectorDistanceType}
