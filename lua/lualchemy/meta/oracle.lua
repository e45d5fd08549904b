---@meta _
--- la.oracle.

---@class lualchemy.oracle.FloatOptions
---@field binary_precision? integer
---@field asdecimal? boolean
---@field decimal_return_scale? integer

---@class lualchemy.oracle.FLOAT: lualchemy.Float
---@overload fun(options?: lualchemy.oracle.FloatOptions): lualchemy.oracle.FLOAT

---@class lualchemy.oracle.NumberOptions
---@field precision? integer
---@field scale? integer
---@field asdecimal? boolean

---@class lualchemy.oracle.NUMBER: lualchemy.Numeric
---@overload fun(precision?: integer|lualchemy.oracle.NumberOptions, scale?: integer, options?: lualchemy.oracle.NumberOptions): lualchemy.oracle.NUMBER

---@class lualchemy.oracle.TimestampOptions: lualchemy.TimeOptions
---@field local_timezone? boolean

---@class lualchemy.oracle.TIMESTAMP: lualchemy.DateTime
---@overload fun(options?: lualchemy.oracle.TimestampOptions): lualchemy.oracle.TIMESTAMP

---@class lualchemy.oracle.IntervalOptions
---@field day_precision? integer
---@field second_precision? integer

---@class lualchemy.oracle.INTERVAL: lualchemy.TypeEngine
---@overload fun(options?: lualchemy.oracle.IntervalOptions): lualchemy.oracle.INTERVAL

---@class lualchemy.oracle.VectorOptions
---@field dim? integer
---@field storage_format? any one of la.oracle.VectorStorageFormat
---@field storage_type? any one of la.oracle.VectorStorageType

---@class lualchemy.oracle.VECTOR: lualchemy.TypeEngine
---@overload fun(options?: lualchemy.oracle.VectorOptions): lualchemy.oracle.VECTOR

---@class lualchemy.oracle.JSONOptions: lualchemy.JSONOptions
---@field use_blob? boolean in DDL BLOB, or JSON, whatever the version of the server

---@class lualchemy.oracle.JSON: lualchemy.JSON
---@overload fun(options?: lualchemy.oracle.JSONOptions): lualchemy.oracle.JSON

---@class lualchemy.oracle.SparseVectorOptions
---@field num_dimensions? integer
---@field indices? integer[] the places, from 0
---@field values? number[] what stands there

---@class lualchemy.oracle
---@field dialect lualchemy.DialectClass
---@field BOOLEAN lualchemy.Boolean
---@field JSON lualchemy.oracle.JSON
---@field NUMBER lualchemy.oracle.NUMBER
---@field FLOAT lualchemy.oracle.FLOAT
---@field REAL lualchemy.Float
---@field DOUBLE_PRECISION lualchemy.Float
---@field BINARY_FLOAT lualchemy.Float
---@field BINARY_DOUBLE lualchemy.Float
---@field CHAR lualchemy.String
---@field NCHAR lualchemy.String
---@field VARCHAR lualchemy.String
---@field VARCHAR2 lualchemy.String
---@field NVARCHAR lualchemy.String
---@field NVARCHAR2 lualchemy.String
---@field CLOB lualchemy.String
---@field NCLOB lualchemy.String
---@field LONG lualchemy.String
---@field BLOB lualchemy.LargeBinary
---@field BFILE lualchemy.LargeBinary
---@field RAW lualchemy.LargeBinary
---@field DATE lualchemy.DateTime
---@field TIMESTAMP lualchemy.oracle.TIMESTAMP
---@field INTERVAL lualchemy.oracle.INTERVAL
---@field ROWID lualchemy.TypeEngine
---@field VECTOR lualchemy.oracle.VECTOR
---@field VectorIndexType table<string, any>
---@field VectorDistanceType table<string, any>
---@field VectorStorageFormat table<string, any>
---@field VectorStorageType table<string, any>
local oracle = {}

---@class lualchemy.oracle.VectorIndexOptions
---@field index_type? any one of la.oracle.VectorIndexType
---@field distance? any one of la.oracle.VectorDistanceType
---@field accuracy? integer
---@field hnsw_neighbors? integer
---@field hnsw_efconstruction? integer
---@field ivf_neighbor_partitions? integer
---@field ivf_sample_per_partition? integer
---@field ivf_min_vectors_per_partition? integer
---@field parallel? integer

--- How an index of vectors is made: `la.Index("ix", t.c.v, {oracle_vector = la.oracle.VectorIndexConfig{…}})`.
---@param options lualchemy.oracle.VectorIndexOptions
---@return table
function oracle.VectorIndexConfig(options) end

--- A vector that is zero but at some places.
---@overload fun(options: lualchemy.oracle.SparseVectorOptions): lualchemy.oracle.SparseVector
---@param num_dimensions integer
---@param indices integer[] the places, from 0
---@param values number[] what stands there
---@return lualchemy.oracle.SparseVector
function oracle.SparseVector(num_dimensions, indices, values) end
