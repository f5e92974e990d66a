module github.com/hopgrant/hopgrant

go 1.25.0
