"""The half of Shoutu that knows Django: records, people, acts, pages, API. It may import the core."""
