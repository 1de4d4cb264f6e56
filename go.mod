module blemish

go 1.26.0
