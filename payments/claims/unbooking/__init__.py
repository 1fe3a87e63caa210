"""A draw whose booking a person has undone: nobody asks for it again."""
