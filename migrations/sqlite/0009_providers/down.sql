DROP TABLE leases;
DROP TABLE providers;
