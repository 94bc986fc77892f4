"""One file a version of the tables, oldest first; a file that has been released is never changed."""
